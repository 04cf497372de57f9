package io.duplex.noninterference;

import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.OverflowPolicy;
import io.duplex.SendQueueOptions;
import io.duplex.Timeouts;
import io.duplex.internal.protocol.Role;

/**
 * What kind of connection a conversation has, and how its application is written.
 *
 * @param role        of the endpoint under test
 * @param style       how messages reach the application
 * @param handshake   whether the conversation begins with the opening handshake; otherwise behind it
 * @param compression an index into {@link Compression#variants}, or -1
 * @param limits      which limits: 0 the default ones, 1 smaller, 2 tiny
 * @param queue       which send queue: 0 the default one, 1 to 4 a tiny one for each overflow policy
 * @param heap        whether its transport has a buffer of its own on the heap, or shares a direct one with
 * others
 * @param readBytes   the size of a buffer of its own
 * @param manner      what its application does
 */
record Profile(Role role, Style style, boolean handshake, int compression, int limits, int queue,
        boolean heap, int readBytes, Manner manner) {
    /** How messages reach the application. */
    enum Style {
        /** Callbacks with whole messages. */
        WHOLE,
        /** Callbacks with parts. */
        PARTS,
        /** Callbacks with whole messages, on an executor. */
        EXECUTOR,
        /** Blocking style. */
        INBOX
    }

    /** What an application does in its callbacks. */
    enum Manner {
        /** Anything. */
        ANY,
        /** It keeps each buffer, lets others go on, looks again, and sends little. */
        KEEPER,
        /** It answers each message with more than one segment of a send queue holds. */
        BURSTS
    }

    static final int LIMITS = 3;
    static final int QUEUES = 5;
    private static final int TINY_MESSAGE_BYTES = 300;
    private static final int TINY_FRAME_BYTES = 200;
    private static final int TINY_FRAGMENTS = 6;

    ConnectionOptions options() {
        ConnectionOptions defaults =
                role == Role.SERVER ? ConnectionOptions.SERVER : ConnectionOptions.CLIENT;
        return defaults.withTimeouts(Timeouts.DEFAULT.withoutKeepAlive())
                .withLimits(chosenLimits())
                .withSendQueue(chosenQueue(defaults.sendQueue()));
    }

    private Limits chosenLimits() {
        return switch (limits) {
            case 0 -> Limits.DEFAULT;
            case 1 -> Limits.DEFAULT.withMaxMessageBytes(150_000).withMaxFragments(100);
            default -> Limits.DEFAULT.withMaxMessageBytes(TINY_MESSAGE_BYTES)
                    .withMaxFrameBytes(TINY_FRAME_BYTES)
                    .withMaxFragments(TINY_FRAGMENTS);
        };
    }

    /** The largest message that is sent on purpose, but for one that shall be refused. */
    int usualBytes() {
        return limits == 2 ? TINY_FRAME_BYTES / 2 : 100_000;
    }

    private SendQueueOptions chosenQueue(SendQueueOptions defaults) {
        if (queue == 0) {
            return defaults;
        }
        return defaults.withLimitBytes(12 << 10)
                .withHighWaterBytes(4 << 10)
                .withLowWaterBytes(1 << 10)
                .withOverflow(OverflowPolicy.values()[queue - 1]);
    }
}
