package io.duplex.internal.handshake;

import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.ExtensionNegotiation;
import io.duplex.extension.ExtensionSyntaxException;
import io.duplex.extension.Negotiated;
import io.duplex.http.Authority;
import io.duplex.http.HttpException;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;
import io.duplex.http.RequestHead;
import io.duplex.http.RequestTarget;
import io.duplex.http.ResponseHead;
import io.duplex.http.TargetForm;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The server's side of the opening handshake (RFC 6455 section 4.2): {@link #decide} says what to do with a
 * request, and after the endpoint's authorizer has agreed, {@link #accept} makes the response. Calls no
 * authorizer and no handler itself. Immutable, for all connections of a server.
 *
 * <p><b>The order of the checks</b> is the order in which they help: first what makes a request no handshake
 * under any path (method, version, body), then whether there is an endpoint, then the handshake's fields, and
 * only for a correct handshake the endpoint's own policy: origin, subprotocol, extensions, and last the
 * authorizer. So application code never sees a request that breaks a rule, and the answer to
 * a broken one does not reveal whether the policy would have allowed it.
 */
public final class ServerHandshake {
    /**
     * The rules for every request of a server.
     *
     * @param hosts       allows a host that is named in {@code Host}
     * @param httpOrigins allows the pages that send plain HTTP requests other than GET, HEAD and OPTIONS,
     *                    given whether the request came over TLS
     * @param methods      the methods of plain HTTP at a target, see {@link HttpHandler#methods}
     * @param maxBodyBytes the maximum length of the body of a plain HTTP request, 0 or more
     */
    public record Terms(Predicate<Authority> hosts, BiPredicate<RequestHead, Boolean> httpOrigins,
            Function<RequestTarget, Set<String>> methods, int maxBodyBytes) {}

    private static final HttpHeaders UPGRADED = HttpHeaders.builder()
            .add(HandshakeFields.UPGRADE, HandshakeFields.WEBSOCKET)
            .add(HandshakeFields.CONNECTION, "Upgrade")
            .build();

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private final EndpointRoutes routes;
    private final Terms terms;

    /**
     * A handshake over these endpoints.
     *
     * @param routes the endpoints
     * @param terms  what every request must keep
     */
    public ServerHandshake(EndpointRoutes routes, Terms terms) {
        this.routes = routes;
        this.terms = terms;
    }

    /**
     * Decides about a request. What counts as a WebSocket handshake: an {@code Upgrade} that lists websocket,
     * or a {@code Sec-WebSocket-Key} or {@code Sec-WebSocket-Version}. Everything else is plain HTTP.
     *
     * <p>The refusals: 421 host, before all others; 405 method, 400 version of HTTP, body, malformed target
     * or field, 404 path, 426 version of WebSocket, 403 origin.
     *
     * <p>What the endpoint's origin policy or subprotocol selector throws comes out of this method; the
     * caller answers 500.
     *
     * @param head   the request as it was read
     * @param remote the peer's address
     * @param secure whether the connection is over TLS
     * @return what to do next
     * @throws IllegalStateException if the endpoint's selector chose a subprotocol that was not offered
     */
    public RequestDecision decide(RequestHead head, SocketAddress remote, boolean secure) {
        try {
            if (!isForThisServer(head, secure)) {
                return misdirected(head);
            }
            return RequestRules.attemptsUpgrade(head.headers())
                    ? candidate(head, remote, secure)
                    : plain(head, remote, secure);
        } catch (HttpException fault) {
            return new RequestDecision.Refuse(head.method(), refusal(fault), fault.getMessage());
        }
    }

    /**
     * RFC 9110 section 7.4: an https resource is not served in clear, and a host only if it is one of this
     * server's. Without {@code Host} the request comes from no browser.
     */
    private boolean isForThisServer(RequestHead head, boolean secure) {
        if (!secure && head.targetForm() == TargetForm.ABSOLUTE && TargetForm.isSecure(head.target())) {
            return false;
        }
        Optional<Authority> host = head.authority();
        return host.isEmpty() || terms.hosts().test(host.get());
    }

    /**
     * 421 says that the fault is neither in the path nor in the rights of the user (RFC 9110 section
     * 15.5.20).
     */
    private static RequestDecision.Refuse misdirected(RequestHead head) {
        return new RequestDecision.Refuse(head.method(),
                HttpResponse.error(HttpStatus.MISDIRECTED_REQUEST, "this host is not served here"),
                "the host is not one of this server's (HostPolicy)", Optional.empty(),
                head.authority().map(Authority::toString));
    }

    private RequestDecision plain(RequestHead head, SocketAddress remote, boolean secure) {
        RequestDecision decision = PlainRequestRules.decide(head, remote, secure, terms);
        return decision instanceof RequestDecision.Plain && !SAFE_METHODS.contains(head.method())
                && !terms.httpOrigins().test(head, secure)
                        ? foreign(head, "pages of this origin may not send this")
                        : decision;
    }

    private static RequestDecision.Refuse foreign(RequestHead head, String said) {
        return new RequestDecision.Refuse(head.method(), HttpResponse.error(HttpStatus.FORBIDDEN, said),
                "the origin is not allowed (OriginPolicy)", head.headers().first(HandshakeFields.ORIGIN),
                Optional.empty());
    }

    private RequestDecision candidate(RequestHead head, SocketAddress remote, boolean secure)
            throws HttpException {
        RequestRules.checkMessage(head);
        RequestTarget target = RequestTarget.parse(head.target());
        EndpointRoutes.Match match = routes.match(target)
                .orElseThrow(
                        () -> new HttpException(HttpStatus.NOT_FOUND, "no WebSocket endpoint here"));
        RequestRules.checkFields(head.headers());
        EndpointConfig endpoint = match.endpoint();
        if (!endpoint.origins().test(head, secure)) {
            return foreign(head, "pages of this origin may not connect");
        }
        List<ExtensionHeader> offers = offers(head.headers());
        HttpRequest request =
                new HttpRequest(head.method(), target, head.headers(), match.parameters(), remote,
                        secure);
        return new RequestDecision.ValidatedRequest(head, request, endpoint, subprotocol(endpoint, head),
                offers);
    }

    private static List<ExtensionHeader> offers(HttpHeaders headers) throws HttpException {
        try {
            return ExtensionHeader.parse(headers.all(HandshakeFields.EXTENSIONS));
        } catch (ExtensionSyntaxException malformed) {
            throw RequestRules.badRequest(HandshakeFields.EXTENSIONS + ": " + malformed.getMessage());
        }
    }

    private static Optional<String> subprotocol(EndpointConfig endpoint, RequestHead head)
            throws HttpException {
        List<String> offered = Subprotocols.parse(head.headers().all(HandshakeFields.PROTOCOL));
        Optional<String> selected = endpoint.subprotocols().apply(offered, head);
        // RFC 6455 section 4.2.2, item 5.5: such a response would make the client fail the connection.
        if (selected.isPresent() && !offered.contains(selected.get())) {
            throw new IllegalStateException("the subprotocol selector chose one that was not offered");
        }
        return selected;
    }

    private static HttpResponse refusal(HttpException fault) {
        return switch (fault.status()) {
            case HttpStatus.METHOD_NOT_ALLOWED -> HttpResponse.of(fault).header("Allow", "GET");
            case HttpStatus.UPGRADE_REQUIRED -> upgradeRequired(fault.getMessage());
            default -> HttpResponse.of(fault);
        };
    }

    /**
     * The answer to plain HTTP under the path of an endpoint, where no handler of plain HTTP is (RFC 9110
     * section 15.5.22).
     *
     * @return status 426, with the protocol and the version that are spoken here
     */
    public static HttpResponse upgradeRequired() {
        return upgradeRequired("this path is for WebSocket connections");
    }

    /** RFC 6455 section 4.4 wants the versions, RFC 9110 section 15.5.22 the protocol. */
    private static HttpResponse upgradeRequired(String reason) {
        return HttpResponse.error(HttpStatus.UPGRADE_REQUIRED, reason)
                .header(HandshakeFields.UPGRADE, HandshakeFields.WEBSOCKET)
                .header(HandshakeFields.VERSION, HandshakeFields.VERSION_13);
    }

    /**
     * The answer to plain HTTP that no handler takes.
     *
     * @param request the request
     * @return {@link #upgradeRequired()} if an endpoint is under this path, else status 404
     */
    public HttpResponse unhandled(HttpRequest request) {
        return routes.match(request.target()).isPresent() ? upgradeRequired() : HttpResponse.notFound();
    }

    /**
     * Accepts a handshake (RFC 6455 section 4.2.2). Only here are the connection's extensions made, so that
     * nothing is left over from a candidate that was refused.
     *
     * @param candidate what {@link #decide} returned
     * @param granted   what the endpoint's authorizer returned
     * @return the response, and what the connection needs
     */
    public Upgrade accept(RequestDecision.ValidatedRequest candidate, Admission.Granted granted) {
        HttpHeaders.Builder headers = UPGRADED.toBuilder()
                .add(HandshakeFields.ACCEPT, HandshakeKey
                        .accept(candidate.head().headers().first(HandshakeFields.KEY).orElseThrow()));
        candidate.subprotocol().ifPresent(name -> headers.add(HandshakeFields.PROTOCOL, name));
        List<Negotiated> negotiated = ExtensionNegotiation.select(candidate.endpoint().extensions(),
                candidate.offers());
        List<Extension> extensions = List.of();
        if (!negotiated.isEmpty()) {
            extensions = negotiated.stream().map(Negotiated::extension).toList();
            headers.add(HandshakeFields.EXTENSIONS,
                    ExtensionHeader.format(negotiated.stream().map(Negotiated::response).toList()));
        }
        headers.addAll(candidate.endpoint().responseHeaders()).addAll(granted.responseHeaders());
        return new Upgrade(candidate, ResponseHead.of(HttpStatus.SWITCHING_PROTOCOLS, headers.build()),
                extensions, granted.attachments());
    }
}
