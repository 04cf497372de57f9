package io.duplex.transport;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the sockets of a server or a client are set up. An empty value is no wish: Duplex takes its default if
 * there is one (said below), or leaves the kernel's. A value that is present is a wish that is kept or
 * refused: where a transport, a platform or a kind of socket cannot, there is an
 * {@link UnsupportedOptionException} when the server or client is made.
 *
 * <p>A server sets on its listening socket what such a socket has, before bind, and everything else on each
 * accepted socket; a client sets everything before it connects. The same type tells what is {@linkplain
 * LayerHost#effectiveOptions in force}. Manual pages: socket(7), tcp(7), ip(7). Immutable.
 *
 * @param reuseAddress         SO_REUSEADDR: a port may be bound although connections of an earlier listener
 *                             are still in TIME_WAIT. Empty: on for listening sockets
 * @param reusePort            SO_REUSEPORT: several listening sockets may share one port, and the kernel
 *                             deals connections out to them. All of them must have it on
 * @param keepAlive            SO_KEEPALIVE: TCP asks a silent peer whether it is still there. WebSocket pings
 *                             do that too, and find a peer whose process hangs; see {@code Timeouts}
 * @param keepIdle             TCP_KEEPIDLE: silence before the first probe of {@code keepAlive}; whole
 *                             seconds, 1 at least (Linux: 32,767 at most, 2 hours by default)
 * @param keepInterval         TCP_KEEPINTVL: between two probes; whole seconds, 1 at least (Linux: 32,767 at
 *                             most)
 * @param keepCount            TCP_KEEPCNT: unanswered probes before the connection is broken; 1 at least
 *                             (Linux: 127 at most)
 * @param linger               SO_LINGER: whole seconds, 0 to 65,535. Positive: closing the descriptor waits
 *                             until the peer's TCP has acknowledged everything, or so long. <b>Zero throws
 *                             away what is unsent and resets the connection, at every close.</b> The closing
 *                             handshake needs neither
 * @param receiveBufferBytes   SO_RCVBUF: the kernel's buffer for what has come, and so the largest TCP
 *                             window; 1 at least, the kernel rounds and caps it. Setting it switches the
 *                             kernel's own tuning off
 * @param sendBufferBytes      SO_SNDBUF: the kernel's buffer for what is unacknowledged; as above
 * @param receiveTimeout       SO_RCVTIMEO, as the idle time-out of connections: without a byte from the peer
 *                             for so long, it is closed with 1001; positive. Wins over {@code Timeouts.idle},
 *                             which counts when it is empty
 * @param sendTimeout          SO_SNDTIMEO, as the send deadline: a write that the socket does not take for so
 *                             long resets the connection; positive. Wins over {@code Timeouts.send}
 * @param receiveLowWaterBytes SO_RCVLOWAT, as a mark of the queue of received messages in blocking style:
 *                             reading pauses above twice the mark (64 KiB at least), and goes on when less
 *                             than the mark waits; 1 byte to 1 GiB. Empty: 32 KiB. Callbacks have no such
 *                             queue
 * @param sendLowWaterBytes    SO_SNDLOWAT, as a mark of the send queue: after {@code send} has answered
 *                             {@code ABOVE_HIGH_WATER}, {@code onDrained} comes when at most so many bytes
 *                             wait. A mark above the queue's high water counts as that. Wins over
 *                             {@code SendQueueOptions.lowWaterBytes}
 * @param oobInline            SO_OOBINLINE: a byte sent as urgent data is received in the stream; off, Java
 *                             drops it
 * @param noDelay              TCP_NODELAY: small segments leave at once (no Nagle algorithm). Empty: on
 * @param quickAck             TCP_QUICKACK: received data is acknowledged at once. Linux only, and Linux
 *                             leaves the mode by itself, so Duplex sets it again behind each read: a system
 *                             call more
 * @param trafficClass         IP_TOS: the type-of-service octet (DSCP and ECN) of sent packets, 0 to 255; a
 *                             hint
 * @param backlog              how many connections may wait to be accepted (listen(2)); 1 at least, the
 *                             kernel caps it. Empty: {@value #DEFAULT_BACKLOG}. Listening sockets only
 */
public record SocketOptions(Optional<Boolean> reuseAddress, Optional<Boolean> reusePort,
        Optional<Boolean> keepAlive, Optional<Duration> keepIdle, Optional<Duration> keepInterval,
        Optional<Integer> keepCount, Optional<Duration> linger, Optional<Integer> receiveBufferBytes,
        Optional<Integer> sendBufferBytes, Optional<Duration> receiveTimeout, Optional<Duration> sendTimeout,
        Optional<Integer> receiveLowWaterBytes, Optional<Integer> sendLowWaterBytes,
        Optional<Boolean> oobInline, Optional<Boolean> noDelay, Optional<Boolean> quickAck,
        Optional<Integer> trafficClass, Optional<Integer> backlog) {
    /**
     * The backlog of a listening socket that nothing was said about: a burst that the kernel's usual cap of
     * 4096 allows.
     */
    public static final int DEFAULT_BACKLOG = 1024;

    /**
     * No wish at all: SO_REUSEADDR on listening sockets, TCP_NODELAY on, the kernel's defaults for the rest.
     */
    public static final SocketOptions DEFAULT = builder().build();

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range; the message has its classic name and
     * the range
     */
    public SocketOptions {
        SocketOption.SO_REUSEADDR.check(reuseAddress);
        SocketOption.SO_REUSEPORT.check(reusePort);
        SocketOption.SO_KEEPALIVE.check(keepAlive);
        SocketOption.TCP_KEEPIDLE.check(keepIdle);
        SocketOption.TCP_KEEPINTVL.check(keepInterval);
        SocketOption.TCP_KEEPCNT.check(keepCount);
        SocketOption.SO_LINGER.check(linger);
        SocketOption.SO_RCVBUF.check(receiveBufferBytes);
        SocketOption.SO_SNDBUF.check(sendBufferBytes);
        SocketOption.SO_RCVTIMEO.check(receiveTimeout);
        SocketOption.SO_SNDTIMEO.check(sendTimeout);
        SocketOption.SO_RCVLOWAT.check(receiveLowWaterBytes);
        SocketOption.SO_SNDLOWAT.check(sendLowWaterBytes);
        SocketOption.SO_OOBINLINE.check(oobInline);
        SocketOption.TCP_NODELAY.check(noDelay);
        SocketOption.TCP_QUICKACK.check(quickAck);
        SocketOption.IP_TOS.check(trafficClass);
        SocketOption.BACKLOG.check(backlog);
    }

    /**
     * A builder without any wish.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A builder that begins with these options.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * What is set, by classic names.
     *
     * @return for instance {@code SO_KEEPALIVE=on SO_RCVBUF=65536}; empty if nothing is set
     */
    public String describe() {
        return Arrays.stream(SocketOption.values())
                .flatMap(option -> option.valueIn(this).map(value -> option + "=" + value).stream())
                .collect(Collectors.joining(" "));
    }

    /** As {@link #describe}, in brackets. */
    @Override
    public String toString() {
        return "SocketOptions[" + describe() + "]";
    }

    /** Collects wishes; the ranges are checked by {@link #build}. Not thread-safe. */
    public static final class Builder {
        private Optional<Boolean> reuseAddress = Optional.empty();
        private Optional<Boolean> reusePort = Optional.empty();
        private Optional<Boolean> keepAlive = Optional.empty();
        private Optional<Duration> keepIdle = Optional.empty();
        private Optional<Duration> keepInterval = Optional.empty();
        private Optional<Integer> keepCount = Optional.empty();
        private Optional<Duration> linger = Optional.empty();
        private Optional<Integer> receiveBufferBytes = Optional.empty();
        private Optional<Integer> sendBufferBytes = Optional.empty();
        private Optional<Duration> receiveTimeout = Optional.empty();
        private Optional<Duration> sendTimeout = Optional.empty();
        private Optional<Integer> receiveLowWaterBytes = Optional.empty();
        private Optional<Integer> sendLowWaterBytes = Optional.empty();
        private Optional<Boolean> oobInline = Optional.empty();
        private Optional<Boolean> noDelay = Optional.empty();
        private Optional<Boolean> quickAck = Optional.empty();
        private Optional<Integer> trafficClass = Optional.empty();
        private Optional<Integer> backlog = Optional.empty();

        private Builder() {}

        private Builder(SocketOptions from) {
            reuseAddress = from.reuseAddress;
            reusePort = from.reusePort;
            keepAlive = from.keepAlive;
            keepIdle = from.keepIdle;
            keepInterval = from.keepInterval;
            keepCount = from.keepCount;
            linger = from.linger;
            receiveBufferBytes = from.receiveBufferBytes;
            sendBufferBytes = from.sendBufferBytes;
            receiveTimeout = from.receiveTimeout;
            sendTimeout = from.sendTimeout;
            receiveLowWaterBytes = from.receiveLowWaterBytes;
            sendLowWaterBytes = from.sendLowWaterBytes;
            oobInline = from.oobInline;
            noDelay = from.noDelay;
            quickAck = from.quickAck;
            trafficClass = from.trafficClass;
            backlog = from.backlog;
        }

        /**
         * Sets {@link SocketOptions#reuseAddress} (SO_REUSEADDR).
         * @param value true for on
         * @return this
         */
        public Builder reuseAddress(boolean value) {
            reuseAddress = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#reusePort} (SO_REUSEPORT).
         * @param value true for on
         * @return this
         */
        public Builder reusePort(boolean value) {
            reusePort = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#keepAlive} (SO_KEEPALIVE).
         * @param value true for on
         * @return this
         */
        public Builder keepAlive(boolean value) {
            keepAlive = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#keepIdle} (TCP_KEEPIDLE).
         * @param value whole seconds, 1 at least
         * @return this
         */
        public Builder keepIdle(Duration value) {
            keepIdle = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#keepInterval} (TCP_KEEPINTVL).
         * @param value whole seconds, 1 at least
         * @return this
         */
        public Builder keepInterval(Duration value) {
            keepInterval = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#keepCount} (TCP_KEEPCNT).
         * @param value 1 at least
         * @return this
         */
        public Builder keepCount(int value) {
            keepCount = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#linger} (SO_LINGER).
         * @param value whole seconds, 0 to 65,535; zero resets at every close
         * @return this
         */
        public Builder linger(Duration value) {
            linger = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#receiveBufferBytes} (SO_RCVBUF).
         * @param value 1 at least
         * @return this
         */
        public Builder receiveBufferBytes(int value) {
            receiveBufferBytes = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#sendBufferBytes} (SO_SNDBUF).
         * @param value 1 at least
         * @return this
         */
        public Builder sendBufferBytes(int value) {
            sendBufferBytes = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#receiveTimeout} (SO_RCVTIMEO).
         * @param value positive
         * @return this
         */
        public Builder receiveTimeout(Duration value) {
            receiveTimeout = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#sendTimeout} (SO_SNDTIMEO).
         * @param value positive
         * @return this
         */
        public Builder sendTimeout(Duration value) {
            sendTimeout = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#receiveLowWaterBytes} (SO_RCVLOWAT).
         * @param value 1 byte to 1 GiB
         * @return this
         */
        public Builder receiveLowWaterBytes(int value) {
            receiveLowWaterBytes = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#sendLowWaterBytes} (SO_SNDLOWAT).
         * @param value 0 at least
         * @return this
         */
        public Builder sendLowWaterBytes(int value) {
            sendLowWaterBytes = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#oobInline} (SO_OOBINLINE).
         * @param value true for on
         * @return this
         */
        public Builder oobInline(boolean value) {
            oobInline = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#noDelay} (TCP_NODELAY).
         * @param value true for on
         * @return this
         */
        public Builder noDelay(boolean value) {
            noDelay = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#quickAck} (TCP_QUICKACK).
         * @param value true for on
         * @return this
         */
        public Builder quickAck(boolean value) {
            quickAck = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#trafficClass} (IP_TOS).
         * @param value 0 to 255
         * @return this
         */
        public Builder trafficClass(int value) {
            trafficClass = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link SocketOptions#backlog} (the argument of listen(2)).
         * @param value 1 at least
         * @return this
         */
        public Builder backlog(int value) {
            backlog = Optional.of(value);
            return this;
        }

        /**
         * Sets an option by its classic name.
         *
         * @param option which one
         * @param value  as {@link SocketOption#example} says; the range is checked at once
         * @return this
         * @throws IllegalArgumentException if the value is none for this option; the message says what is
         * expected
         */
        public Builder set(SocketOption option, String value) {
            option.parse(this, value);
            return this;
        }

        /**
         * Sets an option as on a command line.
         *
         * @param assignment {@code NAME=VALUE}, for instance {@code SO_RCVBUF=64k}
         * @return this
         * @throws IllegalArgumentException if there is no such option, or the value is none for it; the
         *                                  message says what is expected
         */
        public Builder set(String assignment) {
            int equals = assignment.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        assignment + ": needs NAME=VALUE, such as SO_KEEPALIVE=on");
            }
            return set(SocketOption.named(assignment.substring(0, equals)), assignment.substring(equals + 1));
        }

        /**
         * The options.
         *
         * @return what was collected
         * @throws IllegalArgumentException if a value is out of its range
         */
        public SocketOptions build() {
            return new SocketOptions(reuseAddress, reusePort, keepAlive, keepIdle, keepInterval, keepCount,
                    linger, receiveBufferBytes, sendBufferBytes, receiveTimeout, sendTimeout,
                    receiveLowWaterBytes, sendLowWaterBytes, oobInline, noDelay, quickAck, trafficClass,
                    backlog);
        }
    }
}
