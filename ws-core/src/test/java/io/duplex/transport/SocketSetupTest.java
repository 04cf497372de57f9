package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is set where, what is refused and when, with sockets that know what the test says. */
class SocketSetupTest {
    /** A platform's option that {@code StandardSocketOptions} does not have. */
    private static final java.net.SocketOption<Boolean> QUICK =
            new JavaOption<>("TCP_QUICKACK", Boolean.class);

    private static final Set<java.net.SocketOption<?>> LISTENING = Set.of(StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_REUSEPORT, StandardSocketOptions.SO_RCVBUF);
    private static final Set<java.net.SocketOption<?>> CONNECTED = Set.of(StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_REUSEPORT, StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_LINGER, StandardSocketOptions.TCP_NODELAY, QUICK);
    private static final Set<java.net.SocketOption<?>> UNIX = Set.of(StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_LINGER);

    /** An option of a platform. */
    private record JavaOption<T>(String name, Class<T> type) implements java.net.SocketOption<T> {}

    /** A socket that knows some options and remembers what was set. */
    private static final class Fake implements KernelSocket {
        private final Set<java.net.SocketOption<?>> supported;
        private final Map<java.net.SocketOption<?>, Object> values = new LinkedHashMap<>();
        private final List<String> sets = new ArrayList<>();
        private Optional<java.net.SocketOption<?>> refused = Optional.empty();
        private boolean open = true;

        Fake(Set<java.net.SocketOption<?>> supported) {
            this.supported = supported;
        }

        @Override
        public Set<java.net.SocketOption<?>> supported() {
            return supported;
        }

        @Override
        public <T> void set(java.net.SocketOption<T> option, T value) throws IOException {
            if (!supported.contains(option)) {
                throw new UnsupportedOperationException(option.name());
            }
            if (refused.equals(Optional.of(option))) {
                throw new SocketException("Invalid argument");
            }
            values.put(option, value);
            sets.add(option.name() + "=" + value);
        }

        @Override
        public <T> T get(java.net.SocketOption<T> option) throws IOException {
            if (refused.equals(Optional.of(option))) {
                throw new SocketException("Invalid argument");
            }
            return option.type().cast(values.get(option));
        }

        @Override
        public boolean isOpen() {
            return open;
        }
    }

    private final Fake listening = new Fake(LISTENING);
    private final Fake specimen = new Fake(CONNECTED);
    private final Fake socket = new Fake(CONNECTED);

    private SocketSetup accepted(SocketOptions wanted) {
        return SocketSetup.accepted("t", wanted, specimen);
    }

    private SocketSetup connecting(SocketOptions wanted) {
        return SocketSetup.connecting("t", wanted, specimen);
    }

    private static String refusal(SocketOption<?> option, Runnable start) {
        UnsupportedOptionException refusal = assertThrows(UnsupportedOptionException.class, start::run);
        assertEquals(option, refusal.option());
        assertEquals("t", refusal.transport());
        return refusal.getMessage();
    }

    @Test
    void withoutWishesThereAreTwoDefaults() throws IOException {
        SocketSetup setup = accepted(SocketOptions.DEFAULT);
        setup.listening(listening);
        setup.apply(socket);
        assertEquals(List.of("SO_REUSEADDR=true"), listening.sets);
        assertEquals(List.of("TCP_NODELAY=true"), socket.sets);
        assertEquals(1024, setup.backlog());
        Fake client = new Fake(CONNECTED);
        connecting(SocketOptions.DEFAULT).apply(client);
        assertEquals(List.of("TCP_NODELAY=true"), client.sets);
    }

    @Test
    void wishesGoWhereTheyAreKnown() throws IOException {
        SocketSetup setup = accepted(SocketOptions.of(SocketOptions.SO_RCVBUF, 9)
                .with(SocketOptions.SO_LINGER, Duration.ofSeconds(3))
                .with(SocketOptions.TCP_NODELAY, false)
                .with(SocketOptions.BACKLOG, 5));
        setup.listening(listening);
        setup.apply(socket);
        assertEquals(List.of("SO_REUSEADDR=true", "SO_RCVBUF=9"), listening.sets);
        assertEquals(List.of("SO_LINGER=3", "SO_RCVBUF=9", "TCP_NODELAY=false"), socket.sets);
        assertEquals(5, setup.backlog());
        assertTrue(setup.lingerTime().isPresent());
    }

    @Test
    void bindingConcernsNoAcceptedSocket() throws IOException {
        SocketOptions wanted =
                SocketOptions.of(SocketOptions.SO_REUSEADDR, false).with(SocketOptions.SO_REUSEPORT, true);
        accepted(wanted).listening(listening);
        accepted(wanted).apply(socket);
        assertEquals(List.of("SO_REUSEADDR=false", "SO_REUSEPORT=true"), listening.sets);
        assertEquals(List.of("TCP_NODELAY=true"), socket.sets);
        Fake client = new Fake(CONNECTED);
        connecting(wanted).apply(client);
        assertEquals(List.of("SO_REUSEADDR=false", "SO_REUSEPORT=true", "TCP_NODELAY=true"), client.sets);
    }

    @Test
    void whatNoSocketOfAServerKnowsIsRefused() {
        SocketSetup setup = accepted(SocketOptions.of(SocketOptions.SO_KEEPALIVE, true));
        assertEquals(
                "socket option SO_KEEPALIVE on transport t: neither listening nor accepted sockets know it "
                        + "on this platform; leave it unset, and use the pings of WebSocket "
                        + "(Timeouts.withKeepAlive)",
                refusal(SocketOptions.SO_KEEPALIVE, () -> setup.listening(listening)));
        assertEquals(List.of(), listening.sets);
    }

    @Test
    void whatNoClientsSocketKnowsIsRefused() {
        assertEquals("socket option SO_OOBINLINE on transport t: connecting sockets do not know it on this "
                + "platform; leave it unset: WebSocket has no urgent data",
                refusal(SocketOptions.SO_OOBINLINE,
                        () -> connecting(SocketOptions.of(SocketOptions.SO_OOBINLINE, false))));
    }

    @Test
    void aClientHasNoBacklog() {
        assertEquals(
                "socket option BACKLOG on transport t: a connecting socket has no queue of connections; set "
                        + "it on the server",
                refusal(SocketOptions.BACKLOG,
                        () -> connecting(SocketOptions.of(SocketOptions.BACKLOG, 1024))));
    }

    @Test
    void whatTheKernelRefusesIsFoundOnTheSpecimen() {
        specimen.refused = Optional.of(StandardSocketOptions.SO_LINGER);
        SocketOptions wanted = SocketOptions.of(SocketOptions.SO_LINGER, Duration.ofSeconds(3));
        String expected = "socket option SO_LINGER on transport t: the kernel refuses 3s (Invalid argument); "
                + "leave it unset: closeAndWait tells when the peer has it all";
        assertEquals(expected,
                refusal(SocketOptions.SO_LINGER, () -> accepted(wanted)));
        assertEquals(expected,
                refusal(SocketOptions.SO_LINGER, () -> connecting(wanted)));
    }

    @Test
    void whatTheKernelRefusesOnTheListeningSocketIsTold() {
        listening.refused = Optional.of(StandardSocketOptions.SO_RCVBUF);
        SocketSetup setup = accepted(SocketOptions.of(SocketOptions.SO_RCVBUF, 1));
        refusal(SocketOptions.SO_RCVBUF, () -> setup.listening(listening));
    }

    @Test
    void aDefaultThatASocketDoesNotKnowIsLeftOut() throws IOException {
        Fake unix = new Fake(UNIX);
        SocketSetup.accepted("t", SocketOptions.DEFAULT, new Fake(UNIX)).listening(new Fake(Set.of()));
        connecting(SocketOptions.DEFAULT).apply(unix);
        assertEquals(List.of(), unix.sets);
    }

    @Test
    void aWishThatASocketOfAnotherFamilyDoesNotKnowIsRefused() {
        SocketSetup setup = connecting(SocketOptions.of(SocketOptions.TCP_NODELAY, true));
        refusal(SocketOptions.TCP_NODELAY, () -> {
            try {
                setup.apply(new Fake(UNIX));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void theKernelsFailureOnASocketIsTheCallers() {
        SocketSetup setup = connecting(SocketOptions.DEFAULT);
        socket.refused = Optional.of(StandardSocketOptions.TCP_NODELAY);
        assertThrows(SocketException.class, () -> setup.apply(socket));
    }

    @Test
    void quickAckIsSetAgainAfterReads() throws IOException {
        SocketSetup setup = connecting(SocketOptions.of(SocketOptions.TCP_QUICKACK, true));
        setup.apply(socket);
        socket.sets.clear();
        setup.afterRead(socket);
        assertEquals(List.of("TCP_QUICKACK=true"), socket.sets);
        socket.refused = Optional.of(QUICK);
        setup.afterRead(socket);
        connecting(SocketOptions.of(SocketOptions.TCP_QUICKACK, false)).afterRead(socket);
        connecting(SocketOptions.DEFAULT).afterRead(socket);
        assertEquals(List.of("TCP_QUICKACK=true"), socket.sets);
    }

    @Test
    void quickAckIsSetAgainWhenConnectedWhateverIsWanted() throws IOException {
        connecting(SocketOptions.DEFAULT).connected(socket);
        connecting(SocketOptions.of(SocketOptions.TCP_QUICKACK, false)).connected(socket);
        connecting(SocketOptions.of(SocketOptions.TCP_QUICKACK, true)).connected(socket);
        assertEquals(List.of("TCP_QUICKACK=false", "TCP_QUICKACK=true"), socket.sets);
    }

    @Test
    void onlyAPositiveTimeLingers() {
        assertFalse(accepted(SocketOptions.DEFAULT).lingerTime().isPresent());
        assertFalse(
                accepted(SocketOptions.of(SocketOptions.SO_LINGER, Duration.ZERO)).lingerTime().isPresent());
        assertTrue(accepted(SocketOptions.of(SocketOptions.SO_LINGER, Duration.ofSeconds(1))).lingerTime()
                .isPresent());
    }

    @Test
    void whatIsInForceIsReadFromTheSocket() throws IOException {
        socket.values.put(StandardSocketOptions.SO_RCVBUF, 4242);
        socket.values.put(StandardSocketOptions.SO_LINGER, -1);
        socket.values.put(QUICK, true);
        assertEquals(SocketOptions.of(SocketOptions.SO_RCVBUF, 4242).with(SocketOptions.TCP_QUICKACK, true),
                SocketSetup.effective(socket));
        socket.refused = Optional.of(QUICK);
        assertEquals(SocketOptions.of(SocketOptions.SO_RCVBUF, 4242), SocketSetup.effective(socket));
    }

    @Test
    void aClosedSocketHasNoOptions() {
        socket.open = false;
        assertThrows(IllegalStateException.class, () -> SocketSetup.effective(socket));
    }

    @Test
    void itSaysWhatEachKindOfSocketTakes() {
        Set<SocketOption<?>> own = Set.of(SocketOptions.SO_RCVTIMEO,
                SocketOptions.SO_SNDTIMEO, SocketOptions.SO_RCVLOWAT,
                SocketOptions.SO_SNDLOWAT);
        assertEquals(Set.of(SocketOptions.SO_REUSEADDR,
                SocketOptions.SO_REUSEPORT, SocketOptions.SO_RCVBUF,
                SocketOptions.BACKLOG),
                SocketSetup.supported(SocketRole.LISTENING, listening));
        Set<SocketOption<?>> accepted = new HashSet<>(own);
        accepted.addAll(Set.of(SocketOptions.SO_RCVBUF,
                SocketOptions.SO_LINGER, SocketOptions.TCP_NODELAY,
                SocketOptions.TCP_QUICKACK));
        assertEquals(accepted, SocketSetup.supported(SocketRole.ACCEPTED, specimen));
        accepted.addAll(Set.of(SocketOptions.SO_REUSEADDR,
                SocketOptions.SO_REUSEPORT));
        assertEquals(accepted, SocketSetup.supported(SocketRole.CONNECTING, specimen));
    }

    /** Java has no such options today; a platform that had them must not get what Duplex emulates. */
    @Test
    void theKernelIsNotAskedForWhatIsEmulated() throws IOException {
        Set<java.net.SocketOption<?>> all = new HashSet<>();
        SocketOptions wanted = SocketOptions.DEFAULT;
        for (SocketOption<?> option : SocketOptions.all()) {
            if (!option.isKernelOption() && option != SocketOptions.BACKLOG) {
                all.add(new JavaOption<>(option.name(), Integer.class));
                wanted = wanted.with(option + "=16");
            }
        }
        assertEquals(4, all.size());
        Fake kernel = new Fake(all);
        SocketSetup.connecting("t", wanted, kernel).apply(kernel);
        assertEquals(List.of(), kernel.sets);
        assertEquals(SocketOptions.DEFAULT, SocketSetup.effective(kernel));
    }

    @Test
    void aNegativeLingerTimeOfTheKernelMeansOffAndZeroDoesNot() {
        socket.values.put(StandardSocketOptions.SO_LINGER, -1);
        assertEquals(SocketOptions.DEFAULT, SocketSetup.effective(socket));
        socket.values.put(StandardSocketOptions.SO_LINGER, 0);
        assertEquals(SocketOptions.of(SocketOptions.SO_LINGER, Duration.ZERO),
                SocketSetup.effective(socket));
    }

    @Test
    void theKernelMayReturnTheOctetWithASign() {
        Fake channel = new Fake(Set.of(StandardSocketOptions.IP_TOS));
        channel.values.put(StandardSocketOptions.IP_TOS, -72);
        assertEquals(SocketOptions.of(SocketOptions.IP_TOS, 0xb8), SocketSetup.effective(channel));
    }

    @Test
    void theKernelGetsNumbersAndSwitches() throws IOException {
        Fake channel = new Fake(Set.of(StandardSocketOptions.IP_TOS, StandardSocketOptions.SO_LINGER,
                StandardSocketOptions.SO_KEEPALIVE));
        connectingOn(channel, SocketOptions.of(SocketOptions.SO_LINGER, Duration.ofSeconds(9))
                .with(SocketOptions.SO_KEEPALIVE, false)
                .with(SocketOptions.IP_TOS, 8));
        assertEquals(Map.of(StandardSocketOptions.SO_LINGER, 9, StandardSocketOptions.SO_KEEPALIVE, false,
                StandardSocketOptions.IP_TOS, 8), channel.values);
    }

    private static void connectingOn(Fake channel, SocketOptions wanted) throws IOException {
        SocketSetup.connecting("t", wanted, channel).apply(channel);
    }
}
