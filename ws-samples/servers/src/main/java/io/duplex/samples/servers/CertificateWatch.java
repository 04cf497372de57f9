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
 * Takes new certificates while the server runs: it looks at their files now and then, for what renews
 * certificates replaces files without a word. A signal could say so, but none of Java's supported
 * interfaces hears it.
 */
final class CertificateWatch {
    private static final System.Logger LOG = System.getLogger("io.duplex.samples");
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final ServerTls tls;
    /** The files as they were when they were read. */
    private Map<Path, Optional<State>> seen;
    private String lastFailure = "";

    /** What tells that a file is another one than before. */
    private record State(FileTime modified, long bytes) {}

    /** A watch that has seen the files as they are. */
    CertificateWatch(ServerTls tls) {
        this.tls = tls;
        this.seen = states();
    }

    /** Looks from now on, on a daemon thread of its own, if there is any file. */
    static void start(ServerTls tls) {
        if (tls.files().isEmpty()) {
            return;
        }
        CertificateWatch watch = new CertificateWatch(tls);
        var timer = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name("ws-certificates").factory());
        timer.scheduleWithFixedDelay(watch::look, PERIOD.toSeconds(), PERIOD.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Looks once. Files that do not fit together, because one has been replaced and the other not yet, change
     * nothing; each later look tries again. Never throws: the timer would not call it again.
     */
    void look() {
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

    /** One line for each failure, not one for each look. */
    private void report(Throwable e) {
        try {
            String failure = e instanceof IOException ? e.getMessage() : e.toString();
            if (!failure.equals(lastFailure)) {
                lastFailure = failure;
                LOG.log(System.Logger.Level.WARNING,
                        "! certificates have changed on disk, and the old ones stay: " + failure);
            }
        } catch (Throwable unreportable) {
            // Out of memory, for one. The next look may succeed.
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
