package io.duplex.runtime;

import io.duplex.DialOptions;
import io.duplex.HandshakeException;
import io.duplex.transport.AddressText;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Durations;
import io.duplex.transport.Transport.Connector;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Connects one stack of layers to the first of several addresses that accepts TCP (RFC 8305 section 5). Each address is tried by
 * an {@link AddressAttempt}, which starts the next one when it has failed or has waited for a while; the one that wins, or is the
 * last to fail, takes the stack and tells it. Whatever happens behind TCP is final: who answers at one address and fails to prove
 * who it is must not be helped out by the next.
 *
 * <p>The attempts run on threads of their own; what they share is guarded by this object's monitor, under which nothing is called.
 */
final class Dial {
    private final Connector connector;
    private final Route route;
    private final DialOptions options;
    private final Duration deadline;
    private final ByteLayer stack;
    private final List<AddressAttempt> running = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();
    private int next;
    /** The stack was taken, or nobody wants it any more. */
    private boolean over;
    /** When the first attempt was attached, on the transport's clock; the deadline counts from there. */
    private long startNanos = ByteLayer.NEVER;

    /** @param deadline for the whole opening handshake, which {@code stack} keeps from the moment that TCP stands */
    Dial(Connector connector, Route route, DialOptions options, Duration deadline, ByteLayer stack) {
        this.connector = connector;
        this.route = route;
        this.options = options;
        this.deadline = deadline;
        this.stack = stack;
    }

    DialOptions options() {
        return options;
    }

    ByteLayer stack() {
        return stack;
    }

    /** Starts with the first address. Throws what the connector throws if it takes none. */
    void start() {
        AddressAttempt first = newAttempt();
        connector.connect(first.address(), first);
    }

    private synchronized AddressAttempt newAttempt() {
        AddressAttempt attempt = new AddressAttempt(this, route.addresses().get(next++));
        running.add(attempt);
        return attempt;
    }

    private synchronized boolean mayStartNext() {
        return !over && next < route.addresses().size();
    }

    /** Starts with the next address, if there is one and it is still of use. */
    void startNext() {
        while (mayStartNext()) {
            AddressAttempt attempt = newAttempt();
            try {
                connector.connect(attempt.address(), attempt);
                return;
            } catch (RuntimeException closed) {
                remove(attempt, new IOException(closed.getMessage(), closed));
            }
        }
    }

    private synchronized void remove(AddressAttempt attempt, IOException cause) {
        running.remove(attempt);
        failures.add(cause);
    }

    /** The time that an attempt was attached at; answers when the first one was. */
    synchronized long started(long nanoTime) {
        startNanos = Math.min(startNanos, nanoTime);
        return startNanos;
    }

    /** When the opening handshake must be over. */
    synchronized long deadlineNanos() {
        return Durations.deadline(startNanos, deadline);
    }

    /** Whether all depends on this attempt. */
    synchronized boolean isLast(AddressAttempt attempt) {
        return next == route.addresses().size() && running.equals(List.of(attempt));
    }

    /** TCP stands there. True if the attempt gets the stack; all others are given up then. */
    boolean won(AddressAttempt attempt) {
        return close(attempt);
    }

    /** The attempt has come to nothing. True if it was the last one, and has to tell the stack {@link #failure}. */
    boolean lost(AddressAttempt attempt, IOException cause) {
        remove(attempt, cause);
        attempt.startSuccessor();
        synchronized (this) {
            boolean last = !over && running.isEmpty();
            over |= last;
            return last;
        }
    }

    /** The time is over. True if the attempt has to tell the stack {@link #overdue}. */
    boolean overdueAt(AddressAttempt attempt) {
        return close(attempt);
    }

    /** Nobody wants the connection any more. */
    void cancel() {
        close(null);
    }

    private boolean close(AddressAttempt taker) {
        List<AddressAttempt> others;
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
            others = new ArrayList<>(running);
        }
        others.remove(taker);
        others.forEach(AddressAttempt::giveUp);
        return true;
    }

    /** What all the attempts failed with. */
    synchronized IOException failure() {
        IOException all = new IOException("cannot connect to " + route.hop() + " at any of its "
                + route.addresses().size() + " addresses: "
                + failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")));
        failures.forEach(all::addSuppressed);
        return all;
    }

    /** Which addresses did not answer in time, besides those that failed. */
    synchronized IOException overdue() {
        HandshakeException all =
                new HandshakeException("the opening handshake was not over within " + deadline
                        + ": no answer from " + running.stream()
                                .map(attempt -> AddressText.of(attempt.address()))
                                .collect(Collectors.joining(", ")));
        failures.forEach(all::addSuppressed);
        return all;
    }
}
