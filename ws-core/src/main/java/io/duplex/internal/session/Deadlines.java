package io.duplex.internal.session;

import io.duplex.transport.ByteLayer;

/**
 * The deadlines of one connection, as data. Set and cleared under the session's lock; {@link #nextNanos} may
 * be read from any thread.
 */
class Deadlines {
    /** What a deadline is for. */
    enum Kind {
        IDLE, PING, PONG, CLOSE, SEND, MESSAGE, ANSWER,
        /** What this end keeps for an active connection is dropped. Set by the receiving thread only. */
        SLICES
    }

    // Fields and no array: there is one of this for each connection.
    private long idle = ByteLayer.NEVER;
    private long ping = ByteLayer.NEVER;
    private long pong = ByteLayer.NEVER;
    private long close = ByteLayer.NEVER;
    private long send = ByteLayer.NEVER;
    private long slices = ByteLayer.NEVER;
    private long message = ByteLayer.NEVER;
    private long answer = ByteLayer.NEVER;
    private volatile long nextNanos = ByteLayer.NEVER;

    final void set(Kind kind, long nanoTime) {
        switch (kind) {
            case IDLE -> idle = nanoTime;
            case PING -> ping = nanoTime;
            case PONG -> pong = nanoTime;
            case CLOSE -> close = nanoTime;
            case SEND -> send = nanoTime;
            case MESSAGE -> message = nanoTime;
            case ANSWER -> answer = nanoTime;
            case SLICES -> slices = nanoTime;
        }
        long ofPeer = Math.min(Math.min(idle, ping), Math.min(pong, message));
        nextNanos = Math.min(Math.min(ofPeer, Math.min(close, answer)), Math.min(send, slices));
    }

    final void clear(Kind kind) {
        if (isSet(kind)) {
            set(kind, ByteLayer.NEVER);
        }
    }

    final void clearAll() {
        for (Kind kind : Kind.values()) {
            clear(kind);
        }
    }

    /** When it is due; {@link ByteLayer#NEVER} if it is not set. */
    final long at(Kind kind) {
        return switch (kind) {
            case IDLE -> idle;
            case PING -> ping;
            case PONG -> pong;
            case CLOSE -> close;
            case SEND -> send;
            case SLICES -> slices;
            case MESSAGE -> message;
            case ANSWER -> answer;
        };
    }

    final boolean isSet(Kind kind) {
        return at(kind) != ByteLayer.NEVER;
    }

    final boolean isDue(Kind kind, long nanoTime) {
        return at(kind) <= nanoTime;
    }

    final long nextNanos() {
        return nextNanos;
    }
}
