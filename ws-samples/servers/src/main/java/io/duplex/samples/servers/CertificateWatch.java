package io.duplex.samples.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Loads renewed certificates while the server runs. It polls their files, because renewal tools replace files
 * without notice, and Java has no supported interface for signals.
 */
final class CertificateWatch {
    private static final System.Logger LOG = System.getLogger("io.duplex.samples");
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final ServerTls tls;
    /** State of the files when they were last loaded. */
    private Map<Path, Optional<State>> seen;
    private String lastFailure = "";

    /** The attributes that change when a file is replaced. */
    private record State(FileTime modified, long bytes) {}

    /** Creates a watch that compares with the current files. */
    CertificateWatch(ServerTls tls) {
        this.tls = tls;
        this.seen = states();
    }

    /** Starts to poll on a daemon thread, if there are files. */
    static void start(ServerTls tls) {
        if (tls.files().isEmpty()) {
            return;
        }
        CertificateWatch watch = new CertificateWatch(tls);
        var timer = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name("ws-certificates").factory());
        timer.scheduleWithFixedDelay(watch::poll, PERIOD.toSeconds(), PERIOD.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Polls once. Files that do not match yet, because only one of them was replaced, are retried at the next
     * poll. Never throws, because the timer would not call it again.
     */
    void poll() {
        try {
            reloadIfChanged();
        } catch (Throwable e) {
            report(e);
        }
    }

    private void reloadIfChanged() throws IOException {
        Map<Path, Optional<State>> now = states();
        if (now.equals(seen)) {
            return;
        }
        tls.tls().reload();
        seen = now;
        lastFailure = "";
        LOG.log(System.Logger.Level.INFO, "= new connections get the certificates that have changed on disk");
    }

    /** Logs each failure once, not at every poll. */
    private void report(Throwable e) {
        try {
            String failure = e instanceof IOException ? e.getMessage() : e.toString();
            if (!failure.equals(lastFailure)) {
                lastFailure = failure;
                LOG.log(System.Logger.Level.WARNING,
                        "! certificates have changed on disk, and the old ones stay: " + failure);
            }
        } catch (Throwable unreportable) {
            // For example out of memory. The next poll may succeed.
        }
    }

    private Map<Path, Optional<State>> states() {
        Map<Path, Optional<State>> states = new HashMap<>();
        tls.files().forEach(file -> states.put(file, state(file)));
        return states;
    }

    private static Optional<State> state(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new State(attributes.lastModifiedTime(), attributes.size()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
