package io.duplex.internal.runtime;

import io.duplex.HandshakeException;
import io.duplex.HandshakeTimeoutException;
import io.duplex.transport.AddressText;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.CauseText;
import io.duplex.transport.Durations;
import io.duplex.transport.Transport.Connector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Connects one stack of layers to the first of several addresses that accepts TCP (RFC 8305 section 5). Each
 * address has an {@link AddressAttempt}; when it has failed, or a delay is over, the next one starts. The
 * attempt that wins, or is the last to fail, attaches the stack. A failure after TCP is connected is final: a
 * server that fails to prove its identity must not be replaced by the one at the next address.
 *
 * <p>The attempts run on threads of their own. Every decision is one section under this object's monitor,
 * which removes a failed attempt and adds its successor at once, so {@code running} is empty only if no
 * address is left. Nothing is called out under it.
 */
final class ConnectRace {
    /** The next step after an attempt has failed. */
    enum Loss {
        /** It is the last one and has more time: it continues. */
        KEPT,
        /** Another attempt continues, or the result is known already. */
        SUPERSEDED,
        /** All addresses have failed: this attempt reports {@link #failure}. */
        FINAL
    }

    /**
     * A decision that was made under the monitor.
     *
     * @param successor the attempt to start, or null
     */
    private record Decision(Loss loss, AddressAttempt successor) {
        static final Decision KEPT = new Decision(Loss.KEPT, null);
        static final Decision SUPERSEDED = new Decision(Loss.SUPERSEDED, null);
        static final Decision FINAL = new Decision(Loss.FINAL, null);
    }

    private final Connector connector;
    private final Route route;
    private final ClientConfig.Routing options;
    private final Duration deadline;
    private final ByteLayer stack;
    private final List<AddressAttempt> running = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();
    /** Index of the next address. */
    private int next;
    /** The only attempt that has not started its successor yet. */
    private AddressAttempt latest;
    /** The stack was attached, or the connection is no longer wanted. */
    private boolean over;
    /** When the first attempt was attached, on the transport's clock; the deadline counts from there. */
    private long startNanos = ByteLayer.NEVER;

    /**
     * @param deadline for the whole opening handshake, which {@code stack} keeps from the moment that TCP
     * stands
     */
    ConnectRace(Connector connector, Route route, ClientConfig.Routing options, Duration deadline,
            ByteLayer stack) {
        this.connector = connector;
        this.route = route;
        this.options = options;
        this.deadline = deadline;
        this.stack = stack;
    }

    ClientConfig.Routing options() {
        return options;
    }

    ByteLayer stack() {
        return stack;
    }

    /** Starts with the first address. Throws the exception of the connector if it refuses. */
    void start() {
        AddressAttempt first;
        synchronized (this) {
            first = newAttempt();
        }
        connector.connect(first.address(), first);
    }

    /** Under the monitor. */
    private AddressAttempt newAttempt() {
        latest = new AddressAttempt(this, route.addresses().get(next++));
        running.add(latest);
        return latest;
    }

    /** The attempt to start after this one, or null: each attempt has one successor. Under the monitor. */
    private AddressAttempt successorOf(AddressAttempt attempt) {
        return over || attempt != latest || next == route.addresses().size() ? null : newAttempt();
    }

    /** Starts with the next address in parallel to this attempt, unless that was done already. */
    void waited(AddressAttempt attempt) {
        AddressAttempt successor;
        synchronized (this) {
            successor = successorOf(attempt);
        }
        // Never the last result: this attempt is still running.
        connect(successor == null ? Decision.SUPERSEDED : new Decision(Loss.SUPERSEDED, successor));
    }

    /** The attempt has failed. */
    Loss lost(AddressAttempt attempt, IOException cause) {
        return connect(decide(attempt, cause));
    }

    /** The attempt has used its time; the last one continues until the deadline of all. */
    Loss timedOut(AddressAttempt attempt, IOException cause) {
        Decision decision;
        synchronized (this) {
            boolean last = next == route.addresses().size() && running.equals(List.of(attempt));
            decision = last && !over ? Decision.KEPT : decide(attempt, cause);
        }
        return connect(decision);
    }

    private synchronized Decision decide(AddressAttempt attempt, IOException cause) {
        running.remove(attempt);
        failures.add(cause);
        AddressAttempt successor = successorOf(attempt);
        if (successor != null) {
            return new Decision(Loss.SUPERSEDED, successor);
        }
        if (over || !running.isEmpty()) {
            return Decision.SUPERSEDED;
        }
        over = true;
        return Decision.FINAL;
    }

    /** Starts the successor; if the connector refuses, this attempt reports the failure. */
    private Loss connect(Decision first) {
        Decision decision = first;
        while (decision.successor() != null) {
            AddressAttempt attempt = decision.successor();
            try {
                connector.connect(attempt.address(), attempt);
                return Loss.SUPERSEDED;
            } catch (RuntimeException closed) {
                decision = decide(attempt, new IOException(CauseText.of(closed), closed));
            }
        }
        return decision.loss();
    }

    /** Records when an attempt was attached; returns when the first one was. */
    synchronized long started(long nanoTime) {
        startNanos = Math.min(startNanos, nanoTime);
        return startNanos;
    }

    /** Returns the deadline of the opening handshake. */
    synchronized long deadlineNanos() {
        return Durations.deadline(startNanos, deadline);
    }

    /** TCP is connected. Returns true if the attempt gets the stack; all others are given up then. */
    boolean won(AddressAttempt attempt) {
        return close(attempt);
    }

    /** The deadline has expired. Returns true if the attempt must report {@link #overdue}. */
    boolean overdueAt(AddressAttempt attempt) {
        return close(attempt);
    }

    /** The connection is no longer wanted. */
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

    /** Returns the failures of all attempts in one exception. */
    synchronized IOException failure() {
        return ConnectFailures.of("cannot connect to " + route.hop() + " at any of its "
                + route.addresses().size() + " addresses: "
                + failures.stream().map(CauseText::of).collect(Collectors.joining("; ")), failures);
    }

    /** Returns the addresses that did not answer in time, and the failures of the others. */
    synchronized IOException overdue() {
        HandshakeException all = new HandshakeTimeoutException(
                "no answer from " + running.stream()
                        .map(attempt -> AddressText.of(attempt.address()))
                        .collect(Collectors.joining(", ")),
                deadline);
        failures.forEach(all::addSuppressed);
        return all;
    }
}
