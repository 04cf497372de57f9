package io.duplex.noninterference;

import io.duplex.internal.protocol.Role;
import io.duplex.noninterference.Profile.Style;
import io.duplex.noninterference.Step.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.Deflater;

/** Makes conversations of all kinds from seeds. For one thread. */
final class Generator {
    /** Every deadline is over after this, one behind the other. */
    private static final long LONG_NANOS = Duration.ofSeconds(61).toNanos();
    /** An application that pauses is made to go on by this number. */
    static final long RESUME = -1;
    static final int ALL = 1 << 20;
    private static final int MAX_SINGLE_BYTES = 200;

    /** Of all peers: only one conversation is generated at a time. */
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);

    /** The compressor of peers; the next conversation begins with it as new. */
    Deflater deflater() {
        return deflater;
    }

    Conversation generate(long seed) {
        Rolls rolls = new Rolls(Rolls.mix(seed, 0));
        Profile profile = profile(rolls);
        PeerBytes bytes = new PeerBytes(rolls, profile.role() == Role.SERVER, profile.usualBytes(),
                profile.compression() < 0 ? null : deflater, profile.compression() >= 0
                        && Compression.variants(profile.role()).get(profile.compression()).peerTakesOver());
        if (profile.handshake()) {
            handshake(rolls, profile, bytes);
        }
        boolean reset = write(rolls, bytes);
        List<byte[]> segments = cut(rolls, bytes.items());
        if (reset && !segments.isEmpty() && rolls.oneIn(2)) {
            byte[] last = segments.removeLast();
            segments.add(Arrays.copyOf(last, rolls.below(last.length) + 1));
        }
        return new Conversation(seed, profile, steps(rolls, profile, segments, reset));
    }

    private static Profile profile(Rolls rolls) {
        Role role = rolls.oneIn(3) ? Role.CLIENT : Role.SERVER;
        Style style = switch (rolls.below(10)) {
            case 0, 1 -> Style.PARTS;
            case 2 -> Style.EXECUTOR;
            case 3 -> Style.INBOX;
            default -> Style.WHOLE;
        };
        int compression = rolls.oneIn(4) ? rolls.below(Compression.variants(role).size()) : -1;
        int limits = rolls.oneIn(2) ? 0 : rolls.oneIn(4) ? 2 : 1;
        int queue = rolls.oneIn(2) ? 0 : rolls.below(Profile.QUEUES);
        // On an executor a sender may have to wait, which a world of one thread cannot do.
        if (style == Style.EXECUTOR && (role == Role.CLIENT || queue != 0)) {
            queue = 1;
        }
        return new Profile(role, style, rolls.oneIn(6), compression, limits, queue, rolls.oneIn(3),
                1 << rolls.between(6, 13), Profile.Manner.ANY);
    }

    // ---- what the peer writes -----------------------------------------------------------------------------

    /** Returns whether the peer resets at the end. */
    private static boolean write(Rolls rolls, PeerBytes bytes) {
        for (int i = rolls.oneIn(30) ? rolls.between(10, 40) : rolls.below(8); i > 0; i--) {
            if (rolls.oneIn(5)) {
                bytes.control();
            } else {
                bytes.message();
            }
        }
        int end = rolls.below(10);
        if (end < 5) {
            if (rolls.oneIn(3)) {
                bytes.unfinished();
            }
            if (end < 4) {
                bytes.breach();
                for (int i = rolls.below(3); i > 0; i--) {
                    bytes.message();
                }
            }
        }
        if (end > 5) {
            bytes.close();
        }
        return rolls.oneIn(6);
    }

    private static void handshake(Rolls rolls, Profile profile, PeerBytes bytes) {
        if (profile.role() == Role.SERVER) {
            for (int i = rolls.oneIn(4) ? rolls.between(1, 3) : 0; i > 0; i--) {
                bytes.raw(ascii("GET /page/" + rolls.below(1000) + "?q=" + secret(rolls)
                        + " HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + secret(rolls) + "\r\n\r\n"));
            }
            bytes.raw(ascii(request(rolls, profile)));
        } else {
            bytes.raw(ascii(response(rolls, profile)));
        }
    }

    private static String secret(Rolls rolls) {
        return Long.toHexString(rolls.next());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String request(Rolls rolls, Profile profile) {
        int wrong = rolls.oneIn(4) ? rolls.below(10) : -1;
        int provider = profile.compression() < 0
                ? -1
                : Compression.variants(Role.SERVER).get(profile.compression()).provider();
        StringBuilder head = new StringBuilder(wrong == 0 ? "POST " : "GET ")
                .append(wrong == 1 ? "/nowhere" : Opening.path(provider))
                .append(rolls.oneIn(3) ? "?token=" + secret(rolls) : "")
                .append(wrong == 2 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        field(head, wrong == 3 ? "" : "Host: a");
        field(head, wrong == 4 ? "Upgrade: h2c" : "Upgrade: websocket");
        field(head, "Connection: Upgrade");
        field(head, wrong == 5
                ? "Sec-WebSocket-Key: short"
                : "Sec-WebSocket-Key: " + Base64.getEncoder().encodeToString(rolls.bytes(16)));
        field(head, wrong == 6 ? "Sec-WebSocket-Version: 8" : "Sec-WebSocket-Version: 13");
        field(head, wrong == 7 ? "Broken : field" : "");
        field(head, wrong == 8 ? "X-Long: " + "x".repeat(40_000) : "");
        field(head, wrong == 9 ? "Origin: http://elsewhere" : "");
        field(head, rolls.oneIn(3) ? "Cookie: session=" + secret(rolls) : "");
        field(head, rolls.oneIn(3) ? "Authorization: Bearer " + secret(rolls) : "");
        field(head, rolls.oneIn(3) ? "X-Api-Key: " + secret(rolls) : "");
        field(head, rolls.oneIn(3) ? "Sec-WebSocket-Protocol: chat, token." + secret(rolls) : "");
        if (provider >= 0) {
            field(head, "Sec-WebSocket-Extensions: "
                    + Compression.variants(Role.SERVER).get(profile.compression()).element());
        }
        return head.append("\r\n").toString();
    }

    private static String response(Rolls rolls, Profile profile) {
        int wrong = rolls.oneIn(4) ? rolls.below(6) : -1;
        if (wrong < 3 && wrong >= 0) {
            return "HTTP/1.1 "
                    + rolls.of("403 Forbidden", "302 Found\r\nLocation: /other", "500 Oops", "200 OK")
                    + "\r\nContent-Length: 40\r\n\r\n" + "because " + secret(rolls) + " ".repeat(40);
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        field(head, "Upgrade: websocket");
        field(head, wrong == 3 ? "" : "Connection: Upgrade");
        field(head, "Sec-WebSocket-Accept: " + (wrong == 4 ? secret(rolls) : Opening.ACCEPT));
        field(head, wrong == 5 ? "Sec-WebSocket-Protocol: unasked" : "");
        field(head, rolls.oneIn(3) ? "X-Token: " + secret(rolls) : "");
        if (profile.compression() >= 0) {
            field(head, "Sec-WebSocket-Extensions: "
                    + Compression.variants(Role.CLIENT).get(profile.compression()).element());
        }
        return head.append("\r\n").toString();
    }

    private static void field(StringBuilder head, String line) {
        if (!line.isEmpty()) {
            head.append(line).append("\r\n");
        }
    }

    // ---- how it arrives -----------------------------------------------------------------------------------

    private static List<byte[]> cut(Rolls rolls, List<byte[]> items) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        items.forEach(joined::writeBytes);
        byte[] all = joined.toByteArray();
        List<byte[]> segments = new ArrayList<>();
        switch (rolls.below(5)) {
            case 0 -> segments.addAll(items);
            case 1 -> cut(all, segments, () -> all.length);
            case 2 -> cut(all, segments, () -> 1 + rolls.below(1 + Math.min(all.length, 200)));
            case 3 -> cut(all, segments, () -> all.length <= MAX_SINGLE_BYTES ? 1 : 1 + rolls.below(2000));
            default ->
                cut(all, segments, () -> rolls.oneIn(3) ? 1 + rolls.below(8) : 1 + rolls.below(20_000));
        }
        segments.removeIf(segment -> segment.length == 0);
        return segments;
    }

    private static void cut(byte[] all, List<byte[]> segments, java.util.function.IntSupplier length) {
        for (int from = 0; from < all.length;) {
            int to = Math.min(all.length, from + length.getAsInt());
            segments.add(Arrays.copyOfRange(all, from, to));
            from = to;
        }
    }

    private static List<Step> steps(Rolls rolls, Profile profile, List<byte[]> segments, boolean reset) {
        List<Step> steps = new ArrayList<>();
        boolean slow = rolls.oneIn(4);
        boolean busy = rolls.oneIn(3) || profile.style() == Style.INBOX;
        steps.add(Step.of(Kind.WINDOW, slow ? rolls.of(0, 10, 3000) : ALL * (long) ALL));
        for (byte[] segment : segments) {
            steps.add(Step.arriving(segment));
            if (slow && rolls.oneIn(3)) {
                steps.add(Step.of(Kind.WINDOW, 1 << rolls.below(14)));
            }
            if (busy && rolls.oneIn(2)) {
                steps.add(Step.of(Kind.APPLICATION, rolls.below(ALL)));
            }
            if (profile.style() == Style.EXECUTOR && rolls.oneIn(2)) {
                steps.add(Step.of(Kind.EXECUTOR, rolls.between(1, 3)));
            }
            if (rolls.oneIn(4)) {
                steps.add(Step.of(Kind.TAMPER, rolls.below(ALL)));
            }
            if (rolls.oneIn(20)) {
                steps.add(Step.of(Kind.TIME, 1L << rolls.between(10, 34)));
            }
        }
        ending(rolls, profile, steps, reset);
        return List.copyOf(steps);
    }

    static void ending(Rolls rolls, Profile profile, List<Step> steps, boolean reset) {
        steps.add(Step.of(Kind.APPLICATION, RESUME));
        steps.add(Step.of(Kind.EXECUTOR, ALL));
        if (profile.style() == Style.INBOX) {
            for (int i = 0; i < 4; i++) {
                steps.add(Step.of(Kind.APPLICATION, rolls.below(ALL)));
            }
        }
        if (reset) {
            steps.add(Step.of(Kind.RESET, 0));
        }
        steps.add(Step.of(Kind.WINDOW, ALL * (long) ALL));
        if (!rolls.oneIn(8)) {
            steps.add(Step.of(Kind.FIN, 0));
        }
        for (int i = 0; i < 3; i++) {
            steps.add(Step.of(Kind.EXECUTOR, ALL));
            steps.add(Step.of(Kind.TIME, LONG_NANOS));
        }
        steps.add(Step.of(Kind.EXECUTOR, ALL));
    }
}
