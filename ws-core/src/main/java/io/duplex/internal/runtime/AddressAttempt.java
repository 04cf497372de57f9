package io.duplex.internal.runtime;

import io.duplex.internal.runtime.ConnectRace.Loss;
import io.duplex.transport.AddressText;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Durations;
import io.duplex.transport.ForwardingLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/**
 * The attempt to connect to one of several addresses: until TCP is connected it only waits, and has the next
 * address tried; then it is given up, or attaches the connection's layers and leaves the stack. Threads are
 * those of {@link ByteLayer}, except for {@link #giveUp}.
 */
final class AddressAttempt extends ForwardingLayer {
    private final ConnectRace dial;
    private final SocketAddress address;
    private volatile ByteLayer current = new Waiting();
    private volatile LayerHost host;
    private volatile boolean givenUp;

    AddressAttempt(ConnectRace dial, SocketAddress address) {
        this.dial = dial;
        this.address = address;
    }

    SocketAddress address() {
        return address;
    }

    @Override
    protected ByteLayer above() {
        return current;
    }

    /** The stack, once this attempt has won. */
    @Override
    public ByteLayer successor() {
        ByteLayer known = current;
        return known == dial.stack() ? known.successor() : this;
    }

    /**
     * Another attempt has won, or the connection is no longer wanted. For any thread; before there is a host,
     * {@code attach} gives the attempt up.
     */
    void giveUp() {
        givenUp = true;
        LayerHost known = host;
        if (known != null) {
            known.outputReady();
        }
    }

    /** The output state until TCP is connected, and permanently if that fails. */
    private final class Waiting implements ByteLayer {
        private volatile long deadlineNanos = NEVER;
        private long startNanos;
        private long attachedNanos;
        /** This attempt was the last, and has reported the failure to the stack. */
        private boolean stackTold;

        @Override
        public void attach(LayerHost layerHost, long nanoTime) {
            host = layerHost;
            startNanos = dial.started(nanoTime);
            attachedNanos = nanoTime;
            long aloneUntil = Durations.deadline(nanoTime, dial.options().attemptDelay());
            deadlineNanos = Math.min(aloneUntil, Math.min(giveUpNanos(), dial.deadlineNanos()));
        }

        private long giveUpNanos() {
            return Durations.deadline(attachedNanos, dial.options().addressTimeout());
        }

        @Override
        public void connected(long nanoTime) {
            if (dial.won(AddressAttempt.this)) {
                dial.stack().attach(host, startNanos);
                current = dial.stack();
                current.connected(nanoTime);
            } else {
                givenUp = true;
            }
        }

        @Override
        public void receiveFailure(IOException cause, long nanoTime) {
            lose(cause, nanoTime);
        }

        @Override
        public void onDeadline(long nanoTime) {
            if (nanoTime >= dial.deadlineNanos()) {
                deadlineNanos = NEVER;
                if (dial.overdueAt(AddressAttempt.this)) {
                    tell(dial.overdue(), nanoTime);
                }
                givenUp = true;
            } else if (nanoTime >= giveUpNanos()) {
                expire(nanoTime);
            } else if (nanoTime >= deadlineNanos) {
                dial.waited(AddressAttempt.this);
                deadlineNanos = Math.min(giveUpNanos(), dial.deadlineNanos());
            }
        }

        private void expire(long nanoTime) {
            String why = "cannot connect to " + AddressText.of(address) + ": no answer within "
                    + Durations.text(dial.options().addressTimeout()) + " (DialOptions.addressTimeout)";
            Loss loss = givenUp
                    ? Loss.SUPERSEDED
                    : dial.timedOut(AddressAttempt.this, new SocketTimeoutException(why));
            if (loss == Loss.KEPT) {
                deadlineNanos = dial.deadlineNanos();
            } else {
                end(loss, nanoTime);
            }
        }

        private void lose(IOException cause, long nanoTime) {
            if (!givenUp) {
                end(dial.lost(AddressAttempt.this, cause), nanoTime);
            }
        }

        private void end(Loss loss, long nanoTime) {
            givenUp = true;
            deadlineNanos = NEVER;
            if (loss == Loss.FINAL) {
                tell(dial.failure(), nanoTime);
            }
        }

        private void tell(IOException cause, long nanoTime) {
            stackTold = true;
            dial.stack().attach(host, startNanos);
            dial.stack().receiveFailure(cause, nanoTime);
        }

        @Override
        public void released(TcpEnd ending, long nanoTime) {
            // Without a failure before, the client was closed.
            lose(new IOException("cannot connect to " + AddressText.of(address) + ": the client is closed"),
                    nanoTime);
            if (stackTold) {
                dial.stack().released(ending, nanoTime);
            }
        }

        @Override
        public void receive(ByteBuffer src, long nanoTime) {
            src.position(src.limit());
        }

        @Override
        public void receiveEnd(long nanoTime) {
            // Called only on an attempt that was given up.
        }

        @Override
        public boolean produce(ByteBuffer dst, long nanoTime) {
            return false;
        }

        @Override
        public void sent(long nanoTime) {
            // Nothing was sent.
        }

        @Override
        public boolean wantsRead() {
            return false;
        }

        @Override
        public OutputState outputState() {
            return givenUp ? OutputState.ABORT : OutputState.OPEN;
        }

        @Override
        public long nextDeadlineNanos() {
            return givenUp ? NEVER : deadlineNanos;
        }
    }
}
