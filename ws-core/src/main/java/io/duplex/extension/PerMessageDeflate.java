package io.duplex.extension;

import static io.duplex.extension.DeflateParameters.MAX_WINDOW_BITS;
import static io.duplex.extension.DeflateParameters.MIN_WINDOW_BITS;

import io.duplex.extension.ExtensionHeader.Parameter;
import io.duplex.extension.MessageDeflater.PooledDeflater;
import io.duplex.extension.MessageInflater.PooledInflater;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.Pool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.zip.Deflater;

/**
 * Compression of messages: {@code permessage-deflate} (RFC 7692 section 7), for servers and clients,
 * immutable.
 *
 * <p><b>Danger.</b> Compressing a secret together with text that an attacker chooses reveals the secret by
 * the length of the result, also under TLS (RFC 7692 section 8). Compression costs time, and a context that
 * is kept between messages costs memory on each connection: about 260 KiB for sending and 40 KiB for
 * receiving. So by default no context is kept as far as this endpoint can decide; an idle connection then
 * holds none.
 *
 * <p><b>Windows.</b> RFC 7692 section 7.1.2.1 lets a server decline a {@code server_max_window_bits} that it
 * support. The JDK's deflater always has a window of 2^15 bytes; we accept every value anyway, as server and
 * as client, because a deflater that drops its history every 2^N bytes makes no distance greater than that.
 * Messages of up to 2^N bytes compress as well as with a real window of that size, longer ones less well;
 * windows of 2^8 and 2^9 bytes are hardly useful. Receiving supports every window at no extra cost.
 *
 * <p><b>Sharing.</b> Compressors are pooled by instance, some megabytes at most: share one instance among all
 * servers and clients of a process that use the same options. It needs no closing. All methods may be called
 * from any thread.
 */
public final class PerMessageDeflate implements ExtensionProvider {
    /**
     * The default threshold in bytes: shorter messages are not compressed, because they gain little and each
     * call of a deflater is expensive.
     */
    public static final int DEFAULT_THRESHOLD_BYTES = 1024;

    /**
     * At most 8 MiB of idle deflaters. More messages are rarely compressed at the same time.
     */
    static final int MAX_IDLE = 32;

    private final boolean serverNoContextTakeover;
    private final boolean clientNoContextTakeover;
    private final int serverMaxWindowBits;
    private final int clientMaxWindowBits;
    private final long thresholdBytes;
    private final int level;
    private final Pool<PooledDeflater> deflaters;
    private final Pool<PooledInflater> inflaters = new Pool<>(MAX_IDLE, PooledInflater::new);
    private final Pool<Scratch> scratches = new Pool<>(MAX_IDLE, Scratch::new);

    private PerMessageDeflate(Builder builder) {
        this.serverNoContextTakeover = builder.serverNoContextTakeover;
        this.clientNoContextTakeover = builder.clientNoContextTakeover;
        this.serverMaxWindowBits = builder.serverMaxWindowBits;
        this.clientMaxWindowBits = builder.clientMaxWindowBits;
        this.thresholdBytes = builder.thresholdBytes;
        this.level = builder.level;
        this.deflaters = new Pool<>(MAX_IDLE, () -> new PooledDeflater(level));
    }

    /**
     * Creates an instance with the defaults: no context takeover, windows of up to 2^15 bytes, a threshold of
     * {@link #DEFAULT_THRESHOLD_BYTES}, the JDK's level.
     *
     * @return a new instance
     */
    public static PerMessageDeflate create() {
        return builder().build();
    }

    /**
     * Creates a builder with the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return DeflateParameters.EXTENSION_NAME;
    }

    /**
     * Server: accepts every offer whose parameters are legal. The limits of the offer apply; further limits
     * of these options are added to the response, except for the client's window, which only a client that
     * offered {@code client_max_window_bits} can be asked to limit (section 7.1.2.2).
     */
    @Override
    public Optional<Negotiated> accept(ExtensionHeader offer) {
        DeflateParameters offered;
        try {
            offered = DeflateParameters.ofOffer(offer);
        } catch (ExtensionException e) {
            // Section 7.1: an offer with a wrong parameter is declined; the handshake does not fail.
            return Optional.empty();
        }
        DeflateParameters response = respond(offered);
        ExtensionHeader header = response.toHeader();
        MessageDeflater deflater = new MessageDeflater(deflaters, scratches,
                !response.serverNoContextTakeover(), response.serverMaxWindowBits().orElse(MAX_WINDOW_BITS));
        MessageInflater inflater = new MessageInflater(inflaters, scratches,
                !response.clientNoContextTakeover());
        return Optional.of(
                new Negotiated(header, new DeflateExtension(header, deflater, inflater, thresholdBytes)));
    }

    /** Repeating a client's hint that it takes nothing over makes it a promise (section 7.1.1.2). */
    private DeflateParameters respond(DeflateParameters offered) {
        int serverBits = Math.min(serverMaxWindowBits, offered.serverMaxWindowBits().orElse(MAX_WINDOW_BITS));
        boolean serverBitsNamed = offered.serverMaxWindowBits().isPresent() || serverBits < MAX_WINDOW_BITS;
        int clientBits = Math.min(clientMaxWindowBits, offered.clientMaxWindowBits().orElse(MAX_WINDOW_BITS));
        boolean clientBitsNamed = offered.clientMaxWindowBits().isPresent() && clientBits < MAX_WINDOW_BITS;
        return new DeflateParameters(serverNoContextTakeover || offered.serverNoContextTakeover(),
                clientNoContextTakeover || offered.clientNoContextTakeover(),
                serverBitsNamed ? OptionalInt.of(serverBits) : OptionalInt.empty(),
                clientBitsNamed ? OptionalInt.of(clientBits) : OptionalInt.empty());
    }

    /**
     * Client: makes one offer. Its options for the server are a demand that the server accepts or declines as
     * a whole; {@code client_max_window_bits} is always offered, because this client supports every value.
     */
    @Override
    public List<ExtensionHeader> offers() {
        List<Parameter> parameters = new ArrayList<>();
        if (serverNoContextTakeover) {
            parameters.add(Parameter.of(DeflateParameters.SERVER_NO_CONTEXT_TAKEOVER));
        }
        if (clientNoContextTakeover) {
            parameters.add(Parameter.of(DeflateParameters.CLIENT_NO_CONTEXT_TAKEOVER));
        }
        if (serverMaxWindowBits < MAX_WINDOW_BITS) {
            parameters.add(Parameter.of(DeflateParameters.SERVER_MAX_WINDOW_BITS,
                    Integer.toString(serverMaxWindowBits)));
        }
        parameters.add(clientMaxWindowBits < MAX_WINDOW_BITS
                ? Parameter.of(DeflateParameters.CLIENT_MAX_WINDOW_BITS,
                        Integer.toString(clientMaxWindowBits))
                : Parameter.of(DeflateParameters.CLIENT_MAX_WINDOW_BITS));
        return List.of(new ExtensionHeader(name(), parameters));
    }

    /**
     * {@inheritDoc} A {@code client_max_window_bits} greater than the offered one is legal, because the
     * offer's value binds the client anyway (section 7.1.2.2); the smaller one holds.
     */
    @Override
    public Extension agree(ExtensionHeader response) throws ExtensionException {
        if (!response.name().equals(name())) {
            throw new ExtensionException("the response is about " + response.name() + ", not " + name());
        }
        DeflateParameters agreed = DeflateParameters.ofResponse(response);
        requireDemandsMet(agreed);
        int clientBits = Math.min(clientMaxWindowBits, agreed.clientMaxWindowBits().orElse(MAX_WINDOW_BITS));
        // The hint of the offer is kept, whether or not the server repeats it (section 7.1.1.2).
        boolean clientTakeover = !clientNoContextTakeover && !agreed.clientNoContextTakeover();
        MessageDeflater deflater = new MessageDeflater(deflaters, scratches, clientTakeover, clientBits);
        MessageInflater inflater = new MessageInflater(inflaters, scratches,
                !agreed.serverNoContextTakeover());
        return new DeflateExtension(response, deflater, inflater, thresholdBytes);
    }

    private void requireDemandsMet(DeflateParameters agreed) throws ExtensionException {
        if (serverNoContextTakeover && !agreed.serverNoContextTakeover()) {
            throw missing(DeflateParameters.SERVER_NO_CONTEXT_TAKEOVER);
        }
        if (serverMaxWindowBits == MAX_WINDOW_BITS) {
            return;
        }
        if (agreed.serverMaxWindowBits().isEmpty()) {
            throw missing(DeflateParameters.SERVER_MAX_WINDOW_BITS);
        }
        if (agreed.serverMaxWindowBits().getAsInt() > serverMaxWindowBits) {
            throw new ExtensionException(name() + ": parameter " + DeflateParameters.SERVER_MAX_WINDOW_BITS
                    + " has a greater value than was offered");
        }
    }

    private ExtensionException missing(String parameter) {
        return new ExtensionException(
                name() + ": parameter " + parameter + " was offered, but is not in the response");
    }

    /**
     * Tells whether the server drops its context after each message.
     *
     * @return true if {@code server_no_context_takeover} is demanded
     */
    public boolean serverNoContextTakeover() {
        return serverNoContextTakeover;
    }

    /**
     * Tells whether the client drops its context after each message.
     *
     * @return true if {@code client_no_context_takeover} is demanded (server) or promised (client)
     */
    public boolean clientNoContextTakeover() {
        return clientNoContextTakeover;
    }

    /**
     * Returns the maximum window of the server's compression, as a power of two.
     *
     * @return 8 to 15
     */
    public int serverMaxWindowBits() {
        return serverMaxWindowBits;
    }

    /**
     * Returns the maximum window of the client's compression, as a power of two.
     *
     * @return 8 to 15
     */
    public int clientMaxWindowBits() {
        return clientMaxWindowBits;
    }

    /**
     * Returns the length from which messages are compressed.
     *
     * @return 0 or more bytes
     */
    public long thresholdBytes() {
        return thresholdBytes;
    }

    /**
     * Returns the compression level.
     *
     * @return 0 to 9, or {@link Deflater#DEFAULT_COMPRESSION}
     */
    public int level() {
        return level;
    }

    Pool<PooledDeflater> deflaters() {
        return deflaters;
    }

    Pool<PooledInflater> inflaters() {
        return inflaters;
    }

    Pool<Scratch> scratches() {
        return scratches;
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private boolean serverNoContextTakeover = true;
        private boolean clientNoContextTakeover = true;
        private int serverMaxWindowBits = MAX_WINDOW_BITS;
        private int clientMaxWindowBits = MAX_WINDOW_BITS;
        private long thresholdBytes = DEFAULT_THRESHOLD_BYTES;
        private int level = Deflater.DEFAULT_COMPRESSION;

        private Builder() {}

        /**
         * Sets whether the server starts each message with an empty context. False compresses series of
         * similar messages much better, and costs the server about 260 KiB on each connection. A client that
         * sets true demands it.
         *
         * @param noTakeover true (the default) to keep no context; the client's offer may require that anyway
         * @return this
         */
        public Builder serverNoContextTakeover(boolean noTakeover) {
            serverNoContextTakeover = noTakeover;
            return this;
        }

        /**
         * Sets whether the client starts each message with an empty context. False costs the client about
         * 260 KiB and the server about 40 KiB on each connection.
         *
         * @param noTakeover true (the default) to keep no context; the server's response may require that
         * anyway
         * @return this
         */
        public Builder clientNoContextTakeover(boolean noTakeover) {
            clientNoContextTakeover = noTakeover;
            return this;
        }

        /**
         * Limits the window of the server's compression. A client that sets less than 15 demands it,
         * which some servers decline.
         *
         * @param bits 8 to 15 (the default)
         * @return this
         * @throws IllegalArgumentException if out of range
         */
        public Builder serverMaxWindowBits(int bits) {
            serverMaxWindowBits = requireRange(bits, MIN_WINDOW_BITS, MAX_WINDOW_BITS, "serverMaxWindowBits");
            return this;
        }

        /**
         * Limits the window of the client's compression. A server can limit only clients that mention the
         * parameter in their offer, as browsers do.
         *
         * @param bits 8 to 15 (the default)
         * @return this
         * @throws IllegalArgumentException if out of range
         */
        public Builder clientMaxWindowBits(int bits) {
            clientMaxWindowBits = requireRange(bits, MIN_WINDOW_BITS, MAX_WINDOW_BITS, "clientMaxWindowBits");
            return this;
        }

        /**
         * Sets the length from which messages are compressed. Messages of unknown length are always
         * compressed.
         *
         * @param bytes 0 to compress every message, or more
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder thresholdBytes(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("thresholdBytes is " + bytes + ", must not be negative");
            }
            thresholdBytes = bytes;
            return this;
        }

        /**
         * Sets the compression level: 1 is fast, 9 is small, 0 does not compress.
         *
         * @param compressionLevel 0 to 9, or {@link Deflater#DEFAULT_COMPRESSION} (the default)
         * @return this
         * @throws IllegalArgumentException if out of range
         */
        public Builder level(int compressionLevel) {
            level = requireRange(compressionLevel, Deflater.DEFAULT_COMPRESSION, Deflater.BEST_COMPRESSION,
                    "level");
            return this;
        }

        /**
         * Creates the provider, which is independent of later changes of the builder.
         *
         * @return a new instance with pools of its own
         */
        public PerMessageDeflate build() {
            return new PerMessageDeflate(this);
        }

        private static int requireRange(int value, int min, int max, String option) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        option + " is " + value + ", must be " + min + " to " + max);
            }
            return value;
        }
    }

    /**
     * One connection's permessage-deflate. The two directions share nothing but the pools.
     *
     * @param agreed the response of the negotiation
     * @param deflater for outgoing messages
     * @param inflater for incoming messages
     * @param thresholdBytes shorter messages are sent as they are
     */
    private record DeflateExtension(ExtensionHeader agreed, MessageDeflater deflater,
            MessageInflater inflater,
            long thresholdBytes) implements Extension {
        /** RFC 7692 section 6: the "Per-Message Compressed" bit. */
        private static final int RSV1 = 4;

        @Override
        public int reservedBits() {
            return RSV1;
        }

        @Override
        public boolean encodes(boolean text, long payloadBytes) {
            return payloadBytes >= thresholdBytes;
        }

        @Override
        public void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
            deflater.encode(part, last, out);
        }

        @Override
        public void decode(ByteBuffer part, boolean last, Sink out) throws WebSocketProtocolException {
            inflater.decode(part, last, out);
        }

        @Override
        public void close() {
            deflater.close();
            inflater.close();
        }
    }
}
