package io.duplex.internal.runtime;

import io.duplex.ProxyException;
import io.duplex.ProxyServer;
import io.duplex.internal.handshake.WebSocketUri;
import io.duplex.transport.CauseText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;

/**
 * Finds the route to a server: its proxy and its addresses. May block, in the resolver and the proxy policy
 * of the application.
 */
final class Routes {
    private final ClientConfig.Routing routing;

    Routes(ClientConfig.Routing routing) {
        this.routing = routing;
    }

    /**
     * An address in the request is the whole route; otherwise the request's policy decides, or else the
     * client's.
     */
    Route to(ConnectRequest request) throws IOException {
        if (request.address() != null) {
            return direct(request.address());
        }
        WebSocketUri target = request.handshake().target();
        Optional<ProxyServer> proxy = Objects.requireNonNullElse(request.proxies(), routing.proxies())
                .apply(target.toUri());
        return proxy.isPresent()
                ? through(proxy.get())
                : direct(InetSocketAddress.createUnresolved(target.host(), target.port()));
    }

    private Route direct(SocketAddress address) throws IOException {
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            return new Route(inet.getHostString(), resolve(inet.getHostString(), inet.getPort()),
                    Optional.empty());
        }
        return new Route("", List.of(address), Optional.empty());
    }

    private Route through(ProxyServer proxy) throws ProxyException {
        try {
            return new Route(proxy.host(), resolve(proxy.host(), proxy.port()), Optional.of(proxy));
        } catch (IOException e) {
            throw new ProxyException(ProxyException.Reason.UNREACHABLE, proxy,
                    "the proxy " + proxy + " cannot be found: " + CauseText.of(e), e);
        }
    }

    private List<SocketAddress> resolve(String host, int port) throws IOException {
        List<InetAddress> found = Literals.address(host).map(List::of).orElse(List.of());
        return alternating(found.isEmpty() ? ask(host) : found)
                .stream()
                .<SocketAddress>map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    private List<InetAddress> ask(String host) throws IOException {
        try {
            List<InetAddress> found = List.copyOf(routing.resolver().resolve(host));
            if (found.isEmpty()) {
                throw new UnknownHostException("the resolver found no address");
            }
            return found;
        } catch (UnknownHostException e) {
            // The messages of operating systems differ.
            UnknownHostException named = new UnknownHostException("unknown host: " + host);
            named.initCause(e);
            throw named;
        }
    }

    /**
     * Returns the order in which addresses are tried (RFC 8305 section 4): the families in turn, so that a
     * broken one costs one attempt before the other is tried. The resolver's order decides which family is
     * first, and the order within each.
     */
    static List<InetAddress> alternating(List<InetAddress> addresses) {
        Queue<InetAddress> turn = new ArrayDeque<>();
        Queue<InetAddress> other = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            boolean first = address.getClass() == addresses.getFirst().getClass();
            (first ? turn : other).add(address);
        }
        List<InetAddress> order = new ArrayList<>(addresses.size());
        while (!turn.isEmpty()) {
            order.add(turn.remove());
            if (!other.isEmpty()) {
                Queue<InetAddress> before = turn;
                turn = other;
                other = before;
            }
        }
        return order;
    }
}
