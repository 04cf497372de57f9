package io.duplex.noninterference;

import io.duplex.internal.protocol.Role;
import io.duplex.noninterference.Profile.Manner;
import io.duplex.noninterference.Profile.Style;
import io.duplex.noninterference.Step.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Conversations that are alike, so that they meet in one shared thing. Conversations of all kinds meet there
 * too rarely for a short test.
 */
enum Family {
    /** Messages and pings of one size, which lie in one place of a buffer that an event loop shares. */
    SAME_PLACE {
        @Override
        Conversation member(Generator generator, long seed, Rolls rolls) {
            Profile profile = profile(Role.SERVER, Style.WHOLE, -1, Manner.KEEPER);
            PeerBytes bytes = bytes(generator, profile, rolls);
            for (int i = rolls.between(3, 8); i > 0; i--) {
                if (rolls.oneIn(4)) {
                    bytes.ping(SAME_BYTES);
                } else {
                    bytes.plainBinary(SAME_BYTES);
                }
            }
            return conversation(seed, profile, bytes, rolls, false);
        }
    },
    /** Bursts of more than one segment, to peers that read slowly beside peers that read at once. */
    SLOW_READERS {
        @Override
        Conversation member(Generator generator, long seed, Rolls rolls) {
            Role role = rolls.of(Role.values());
            Profile profile = profile(role, Style.WHOLE, -1, Manner.BURSTS);
            PeerBytes bytes = bytes(generator, profile, rolls);
            for (int i = rolls.between(2, 5); i > 0; i--) {
                bytes.plainBinary(SAME_BYTES);
                bytes.ping(rolls.below(MAX_PING_BYTES));
            }
            return conversation(seed, profile, bytes, rolls, rolls.oneIn(2));
        }
    },
    /** Messages that inflate to several pieces, each of which the application looks at for some time. */
    INFLATED {
        @Override
        Conversation member(Generator generator, long seed, Rolls rolls) {
            Profile profile = profile(Role.SERVER, Style.PARTS, rolls.below(TAKEN_OVER), Manner.KEEPER);
            PeerBytes bytes = bytes(generator, profile, rolls);
            for (int i = rolls.between(1, 3); i > 0; i--) {
                bytes.compressedBinary(rolls.between(1000, INFLATED_BYTES));
            }
            return conversation(seed, profile, bytes, rolls, false);
        }
    },
    /** Messages that refer to what came before the first of them; others have left something there. */
    REACHING_BACK {
        @Override
        Conversation member(Generator generator, long seed, Rolls rolls) {
            Profile profile = profile(Role.SERVER, Style.WHOLE, 1, Manner.KEEPER);
            PeerBytes bytes = bytes(generator, profile, rolls);
            if (rolls.oneIn(2)) {
                bytes.reachesBack();
            } else {
                bytes.compressedBinary(INFLATED_BYTES);
            }
            return conversation(seed, profile, bytes, rolls, false);
        }
    };

    private static final int SAME_BYTES = 5;
    private static final int MAX_PING_BYTES = 126;
    private static final int INFLATED_BYTES = 20_000;
    /** The first parameter sets, without and with a window that is taken over. */
    private static final int TAKEN_OVER = 2;

    /** One conversation of this kind. */
    abstract Conversation member(Generator generator, long seed, Rolls rolls);

    List<Conversation> members(int count, Generator generator, Rolls rolls) {
        List<Conversation> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long seed = rolls.next();
            members.add(member(generator, seed, new Rolls(Rolls.mix(seed, ordinal()))));
        }
        return members;
    }

    private static Profile profile(Role role, Style style, int compression, Manner manner) {
        return new Profile(role, style, false, compression, 0, 0, false, 0, manner);
    }

    private static PeerBytes bytes(Generator generator, Profile profile, Rolls rolls) {
        return new PeerBytes(rolls, profile.role() == Role.SERVER, profile.usualBytes(),
                profile.compression() < 0 ? null : generator.deflater(), profile.compression() == 1);
    }

    private static Conversation conversation(long seed, Profile profile, PeerBytes bytes, Rolls rolls,
            boolean slow) {
        bytes.close();
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of(Kind.WINDOW, slow ? 0 : Generator.ALL * (long) Generator.ALL));
        for (byte[] frame : bytes.items()) {
            steps.add(Step.arriving(frame));
            if (slow) {
                steps.add(Step.of(Kind.WINDOW, rolls.of(10, 3000, 9000, 20_000)));
            }
        }
        Generator.ending(rolls, profile, steps, false);
        return new Conversation(seed, profile, List.copyOf(steps));
    }
}
