package io.duplex.internal.runtime;

import static io.duplex.client.ClientRequests.config;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import io.duplex.ProxyException;
import io.duplex.ProxyServer;
import io.duplex.client.ClientRequest;
import io.duplex.client.ClientRequests;
import io.duplex.client.DialOptions;
import io.duplex.client.HostResolver;
import io.duplex.client.ProxyPolicy;
import io.duplex.testkit.PlainLayer;
import io.duplex.transport.TransportSecurity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which way a request takes, and who is asked about it. */
class RoutesTest {
    private static final ProxyServer PROXY = ProxyServer.http("proxy.example", 3128);

    private final List<String> asked = new ArrayList<>();
    private final HostResolver resolver = host -> {
        asked.add(host);
        return List.of(InetAddress.getByName("192.0.2.9"));
    };

    private Route route(ClientRequest request, ProxyPolicy proxies) throws IOException {
        return new Routes(ClientRequests.routing(proxies, resolver, DialOptions.DEFAULT)).to(config(request));
    }

    private static ClientRequest.Builder request() {
        return ClientRequest.builder(URI.create("ws://server.example/"));
    }

    @Test
    void theDirectWayLeadsToTheServersAddresses() throws IOException {
        assertEquals(new Route("server.example", List.of(new InetSocketAddress("192.0.2.9", 80)),
                Optional.empty()), route(request().build(), ProxyPolicy.none()));
        assertEquals(List.of("server.example"), asked);
    }

    @Test
    void theWayThroughAProxyLeadsToItsAddressesAndResolvesNothingElse() throws IOException {
        assertEquals(new Route("proxy.example", List.of(new InetSocketAddress("192.0.2.9", 3128)),
                Optional.of(PROXY)), route(request().build(), ProxyPolicy.always(PROXY)));
        assertEquals(List.of("proxy.example"), asked);
    }

    @Test
    void theRequestsChooserCountsBeforeTheClients() throws IOException {
        ClientRequest straight = request().proxy(ProxyPolicy.none()).build();
        assertEquals(Optional.empty(), route(straight, ProxyPolicy.always(PROXY)).proxy());
        ClientRequest through = request().proxy(PROXY).build();
        assertEquals(Optional.of(PROXY), route(through, ProxyPolicy.none()).proxy());
    }

    @Test
    void theChooserIsAskedAboutTheTarget() throws IOException {
        List<URI> targets = new ArrayList<>();
        route(request().build(), target -> {
            targets.add(target);
            return Optional.empty();
        });
        assertEquals(List.of(URI.create("ws://server.example/")), targets);
    }

    @Test
    void anAddressIsTheWholeWay() throws IOException {
        InetSocketAddress address = new InetSocketAddress("192.0.2.5", 8080);
        assertEquals(List.of(address), route(request().address(address).build(), ProxyPolicy.always(PROXY))
                .addresses());
        assertEquals(List.of(), asked);
        assertThrows(IllegalArgumentException.class, () -> request().address(address).proxy(PROXY).build());
    }

    @Test
    void anAddressThatIsNotResolvedIsResolved() throws IOException {
        ClientRequest request =
                request().address(InetSocketAddress.createUnresolved("other.example", 81)).build();
        assertEquals(List.of(new InetSocketAddress("192.0.2.9", 81)),
                route(request, ProxyPolicy.none()).addresses());
        assertEquals(List.of("other.example"), asked);
    }

    @Test
    void literalAddressesAreNotAskedAbout() throws IOException {
        ClientRequest request = ClientRequest.of(URI.create("ws://[2001:db8::1]/"));
        assertEquals(List.of(new InetSocketAddress("2001:db8::1", 80)),
                route(request, ProxyPolicy.none()).addresses());
        route(ClientRequest.of(URI.create("ws://192.0.2.1/")), ProxyPolicy.none());
        assertEquals(List.of(), asked);
    }

    @Test
    void aResolverThatFindsNothingIsAnUnknownHost() {
        Routes routes = new Routes(ClientRequests.routing(ProxyPolicy.none(), host -> List.of(),
                DialOptions.DEFAULT));
        UnknownHostException failure =
                assertThrows(UnknownHostException.class, () -> routes.to(config(request().build())));
        assertEquals("unknown host: server.example", failure.getMessage());
    }

    @Test
    void anotherFailureOfTheResolverIsPassedOn() {
        IOException broken = new IOException("the directory is down");
        Routes routes = new Routes(ClientRequests.routing(ProxyPolicy.none(), host -> {
            throw broken;
        }, DialOptions.DEFAULT));
        assertEquals(broken, assertThrows(IOException.class, () -> routes.to(config(request().build()))));
    }

    @Test
    void aProxyThatCannotBeFoundIsNamed() {
        Routes routes = new Routes(ClientRequests.routing(ProxyPolicy.always(PROXY), host -> List.of(),
                DialOptions.DEFAULT));
        ProxyException failure =
                assertThrows(ProxyException.class, () -> routes.to(config(request().build())));
        assertEquals("the proxy http://proxy.example:3128 cannot be found: unknown host: proxy.example",
                failure.getMessage());
        assertEquals(ProxyException.Reason.UNREACHABLE, failure.reason());
    }

    /** The keys and pins of the server's TLS are nothing to a proxy. */
    @Test
    void aProxyGetsItsOwnTls() throws IOException {
        TransportSecurity servers = mock(TransportSecurity.class);
        TransportSecurity proxies = mock(TransportSecurity.class);
        when(servers.connecting(any(), any(), anyInt())).thenAnswer(call -> call.getArgument(0));
        when(proxies.connecting(any(), any(), anyInt())).thenAnswer(call -> call.getArgument(0));
        ProxyServer secureProxy = ProxyServer.https("proxy.example", 8443);
        ClientRequest request = ClientRequest.builder(URI.create("wss://server.example/")).build();
        route(request, ProxyPolicy.always(secureProxy)).layers(config(request).handshake().target(),
                new ClientSecurity(servers), new ClientSecurity(proxies),
                new PlainLayer());
        verify(servers).connecting(any(), eq("server.example"), eq(443));
        verify(proxies).connecting(any(), eq("proxy.example"), eq(8443));
        verifyNoMoreInteractions(servers, proxies);
    }
}
