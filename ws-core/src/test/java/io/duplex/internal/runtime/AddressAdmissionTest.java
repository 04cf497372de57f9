package io.duplex.internal.runtime;

import static io.duplex.internal.runtime.AddressAdmission.Verdict.ADMITTED;
import static io.duplex.internal.runtime.AddressAdmission.Verdict.TOO_FAST;
import static io.duplex.internal.runtime.AddressAdmission.Verdict.TOO_MANY;
import static io.duplex.internal.runtime.Memory.UPGRADE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.duplex.server.Endpoint;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.OutputState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What one address may have of a server; in itself, and through a whole server in memory. */
class AddressAdmissionTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static Optional<Long> key(String address) throws UnknownHostException {
        return AddressAdmission.key(new InetSocketAddress(InetAddress.getByName(address), 1234));
    }

    @Test
    void ipv4CountsEachAndIpv6TheFirstHalf() throws Exception {
        assertNotEquals(key("192.0.2.1"), key("192.0.2.2"));
        assertEquals(key("2001:db8::1"), key("2001:db8::ffff:ffff:ffff:ffff"));
        assertNotEquals(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assertEquals(key("192.0.2.1"), key("::ffff:192.0.2.1"));
    }

    @Test
    void loopbackAndUnixSocketsAreNotBounded() throws Exception {
        assertEquals(Optional.empty(), key("127.0.0.1"));
        assertEquals(Optional.empty(), key("127.1.2.3"));
        assertEquals(Optional.empty(), key("::1"));
        assertEquals(Optional.empty(), AddressAdmission.key(UnixDomainSocketAddress.of("socket")));
    }

    @Test
    void connectionsAreBoundedAndPlacesComeBack() {
        AddressAdmission admission = new AddressAdmission(new ServerConfig.PerAddress(2, 100));
        assertEquals(ADMITTED, admission.admit(1, 0));
        assertEquals(ADMITTED, admission.admit(1, 0));
        assertEquals(TOO_MANY, admission.admit(1, 0));
        assertEquals(ADMITTED, admission.admit(2, 0));
        admission.released(1);
        assertEquals(ADMITTED, admission.admit(1, 0));
    }

    @Test
    void handshakesAreBoundedBySecond() {
        AddressAdmission admission = new AddressAdmission(new ServerConfig.PerAddress(1_000, 4));
        for (int i = 0; i < 4; i++) {
            assertEquals(ADMITTED, admission.admit(1, SECOND));
        }
        assertEquals(TOO_FAST, admission.admit(1, SECOND));
        assertEquals(ADMITTED, admission.admit(2, SECOND));
        assertEquals(TOO_FAST, admission.admit(1, SECOND + SECOND / 4 - 1));
        assertEquals(ADMITTED, admission.admit(1, SECOND + SECOND / 4));
        assertEquals(TOO_FAST, admission.admit(1, SECOND + SECOND / 4));
        for (int i = 0; i < 4; i++) {
            assertEquals(ADMITTED, admission.admit(1, 9 * SECOND));
        }
    }

    @Test
    void theBudgetIsNotRefilledByGoingAway() {
        AddressAdmission admission = new AddressAdmission(new ServerConfig.PerAddress(10, 2));
        for (int i = 0; i < 2; i++) {
            assertEquals(ADMITTED, admission.admit(1, 0));
            admission.released(1);
        }
        assertEquals(TOO_FAST, admission.admit(1, 0));
    }

    @Test
    void memoryIsBoundedWhateverAddressesCome() {
        AddressAdmission admission = new AddressAdmission(new ServerConfig.PerAddress(10, 10));
        for (int i = 0; i < 3 * AddressAdmission.MAX_QUIET; i++) {
            assertEquals(ADMITTED, admission.admit(i, 0));
            admission.released(i);
        }
        assertEquals(AddressAdmission.MAX_QUIET, admission.size());
        for (int i = 0; i < AddressAdmission.MAX_QUIET; i++) {
            assertEquals(ADMITTED, admission.admit(-7, 9 * SECOND + i * SECOND));
            admission.released(-7);
        }
        assertEquals(1, admission.size());
    }

    @Test
    void withoutLimitsNoneIsRefused() {
        AddressAdmission admission =
                new AddressAdmission(new ServerConfig.PerAddress(Integer.MAX_VALUE, Integer.MAX_VALUE));
        for (int i = 0; i < 100_000; i++) {
            assertEquals(ADMITTED, admission.admit(1, 0));
        }
    }

    private static String status(String response) {
        return response.substring(9, 12);
    }

    @Test
    void aServerRefusesOneAddressWith429AndServesAnother() throws Exception {
        try (Memory memory = new Memory()) {
            memory.addressLimits = new ServerConfig.PerAddress(2, 100);
            ServerRuntime server = memory.server(Endpoint.of(new Recorder()));
            memory.transport.connectFrom(InetAddress.getByName("192.0.2.1"));
            PlainLayer first = memory.dial(server);
            memory.dial(server);
            PlainLayer tooMany = memory.dial(server);
            assertEquals("429", status(memory.transport.ask(tooMany::received)));
            memory.transport.connectFrom(InetAddress.getByName("192.0.2.2"));
            assertEquals("101", status(memory.exchange(memory.dial(server), UPGRADE)));
            memory.transport.run(() -> first.end(OutputState.END));
            memory.transport.connectFrom(InetAddress.getByName("192.0.2.1"));
            assertEquals("101", status(memory.exchange(memory.dial(server), UPGRADE)));
        }
    }

    @Test
    void aServerBoundsTheHandshakesOfAnAddressByTheTransportsClock() throws Exception {
        try (Memory memory = new Memory()) {
            memory.addressLimits = new ServerConfig.PerAddress(100, 3);
            ServerRuntime server = memory.server(Endpoint.of(new Recorder()));
            memory.transport.connectFrom(InetAddress.getByName("192.0.2.1"));
            for (int i = 0; i < 3; i++) {
                assertEquals("101", status(memory.exchange(memory.dial(server), UPGRADE)));
            }
            PlainLayer tooFast = memory.dial(server);
            assertEquals("429", status(memory.transport.ask(tooFast::received)));
            memory.transport.advance(Duration.ofSeconds(1));
            assertEquals("101", status(memory.exchange(memory.dial(server), UPGRADE)));
        }
    }

    @Test
    void loopbackPeersAreNotCountedByAServer() throws Exception {
        try (Memory memory = new Memory()) {
            memory.addressLimits = new ServerConfig.PerAddress(1, 1);
            ServerRuntime server = memory.server(Endpoint.of(new Recorder()));
            for (int i = 0; i < 10; i++) {
                assertEquals("101", status(memory.exchange(memory.dial(server), UPGRADE)));
            }
        }
    }
}
