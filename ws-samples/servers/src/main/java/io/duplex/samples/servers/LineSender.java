package io.duplex.samples.servers;

import io.duplex.ReadyState;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends lines as messages, and closes after the last one. It runs on a daemon thread, because a read from a
 * terminal cannot be interrupted: if the server closes first, the command ends without it.
 */
final class LineSender {
    private final WebSocket ws;
    private final InputStream in;
    private final boolean binary;
    private final boolean ping;
    private final ConnectionReport report;
    /** Held while a line is added to the send queue. */
    private final ReentrantLock sending = new ReentrantLock();
    private long sent;
    private long unsent;
    private long longestChars;

    /**
     * Counts of lines.
     *
     * @param sent         lines that the send queue accepted
     * @param unsent       lines that were read and not accepted
     * @param longestChars the length of the longest line
     */
    record Lines(long sent, long unsent, long longestChars) {}

    /**
     * Creates a sender that is not started.
     *
     * @param ws     the connection
     * @param in     lines in UTF-8
     * @param binary whether to send them as binary messages
     * @param ping   whether to ping before the first line
     * @param report reports the pong, and input that cannot be read
     */
    LineSender(WebSocket ws, InputStream in, boolean binary, boolean ping, ConnectionReport report) {
        this.ws = ws;
        this.in = in;
        this.binary = binary;
        this.ping = ping;
        this.report = report;
    }

    void start() {
        Thread.ofPlatform().daemon().name("ws-input").start(this::run);
    }

    private void run() {
        try {
            if (ping) {
                report.pong(ws.ping().join());
            }
            sendLines();
        } catch (IOException e) {
            report.inputFailed(e);
        } catch (CompletionException e) {
            // The connection ended before the pong; its end is reported elsewhere.
        } finally {
            ws.close();
        }
    }

    /** A send blocks while the send queue is full, so no line is read before it can be sent. */
    private void sendLines() throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        boolean open = true;
        for (String line; open && (line = lines.readLine()) != null;) {
            open = send(line);
        }
    }

    private boolean send(String line) {
        sending.lock();
        try {
            unsent++;
            longestChars = Math.max(longestChars, line.length());
            SendStatus status = binary ? ws.send(line.getBytes(StandardCharsets.UTF_8)) : ws.send(line);
            if (status == SendStatus.ACCEPTED || status == SendStatus.ABOVE_HIGH_WATER) {
                unsent--;
                sent++;
            }
            return status != SendStatus.CLOSED;
        } catch (RuntimeException over) {
            if (ws.readyState() == ReadyState.OPEN) {
                throw over;
            }
            return false;
        } finally {
            sending.unlock();
        }
    }

    /** Returns the counts. After the end of the connection no send blocks. */
    Lines lines() throws InterruptedException {
        boolean locked = sending.tryLock(1, TimeUnit.SECONDS);
        try {
            return new Lines(sent, unsent, longestChars);
        } finally {
            if (locked) {
                sending.unlock();
            }
        }
    }
}
