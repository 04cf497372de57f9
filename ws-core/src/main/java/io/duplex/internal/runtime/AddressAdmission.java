package io.duplex.internal.runtime;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Counts connections and handshakes by remote address. Memory is bounded: an address has an entry while it
 * has connections, and for a second after its last handshake, of which at most {@link #MAX_QUIET} are kept;
 * the time is an argument. Not thread-safe.
 *
 * <p>Handshakes are counted by the virtual scheduling algorithm (ITU-T I.371): one number for each address,
 * the time at which its budget is full again.
 */
final class AddressAdmission {
    /**
     * The maximum number of addresses without connections whose handshakes are recorded. Beyond that the
     * oldest is dropped.
     */
    static final int MAX_QUIET = 10_000;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    /**
     * The place of IPv4 addresses among the first halves of IPv6 addresses: 0:ffff::/32, which is not
     * assigned.
     */
    private static final long IPV4 = 0x0000_FFFFL << 32;

    /** The decision about one connection. */
    enum Verdict {
        /** It is counted until {@link #released}. */
        ADMITTED,
        /** Its address has reached the limit of connections. */
        TOO_MANY,
        /** Its address opens too many connections in a second. */
        TOO_FAST
    }

    /** One address. */
    private static final class Usage {
        private int connections;
        private long fullAgainNanos;
    }

    private final ServerConfig.PerAddress limits;
    private final long intervalNanos;
    private final Map<Long, Usage> busy = new HashMap<>();
    /** Without connections, oldest first. */
    private final LinkedHashMap<Long, Usage> quiet = new LinkedHashMap<>();

    AddressAdmission(ServerConfig.PerAddress limits) {
        this.limits = limits;
        this.intervalNanos = SECOND_NANOS / limits.handshakesPerSecond();
    }

    /** Returns the key that an address is counted under; empty for addresses that are not bounded. */
    static Optional<Long> key(SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress internet) || internet.getAddress() == null
                || internet.getAddress().isLoopbackAddress()) {
            return Optional.empty();
        }
        InetAddress address = internet.getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return Optional.of(bytes.remaining() == Integer.BYTES
                ? IPV4 | Integer.toUnsignedLong(bytes.getInt())
                : bytes.getLong());
    }

    /** A connection was accepted. Handshakes that are refused for another reason count, too. */
    Verdict admit(long key, long nanoTime) {
        forgetOld(nanoTime);
        Usage usage = busy.getOrDefault(key, quiet.get(key));
        if (usage == null) {
            usage = new Usage();
            usage.fullAgainNanos = nanoTime;
            addQuiet(key, usage);
        }
        long next = Math.max(usage.fullAgainNanos, nanoTime) + intervalNanos;
        if (next - nanoTime > SECOND_NANOS) {
            return Verdict.TOO_FAST;
        }
        usage.fullAgainNanos = next;
        if (usage.connections >= limits.maxConnections()) {
            return Verdict.TOO_MANY;
        }
        if (usage.connections++ == 0) {
            busy.put(key, usage);
            quiet.remove(key);
        }
        return Verdict.ADMITTED;
    }

    /** An admitted connection has ended. */
    void released(long key) {
        Usage usage = busy.get(key);
        if (--usage.connections == 0) {
            busy.remove(key);
            addQuiet(key, usage);
        }
    }

    private void addQuiet(long key, Usage usage) {
        if (quiet.size() == MAX_QUIET) {
            quiet.pollFirstEntry();
        }
        quiet.put(key, usage);
    }

    /** A few for each handshake, which adds fewer. */
    private void forgetOld(long nanoTime) {
        Iterator<Usage> oldest = quiet.values().iterator();
        for (int i = 0; i < 2 && oldest.hasNext() && oldest.next().fullAgainNanos <= nanoTime; i++) {
            oldest.remove();
        }
    }

    /** Returns the number of recorded addresses. */
    int size() {
        return busy.size() + quiet.size();
    }
}
