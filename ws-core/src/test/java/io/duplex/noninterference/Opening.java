package io.duplex.noninterference;

import io.duplex.HandshakeException;
import io.duplex.Limits;
import io.duplex.Refusal;
import io.duplex.Timeouts;
import io.duplex.WebSocketHandler;
import io.duplex.client.ClientRequest;
import io.duplex.client.ClientRequests;
import io.duplex.extension.Extension;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.PathPattern;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.connection.ClientConnection;
import io.duplex.internal.connection.ServerConnection;
import io.duplex.internal.handshake.ClientHandshake;
import io.duplex.internal.handshake.EndpointRoutes;
import io.duplex.internal.handshake.HandshakeRequest;
import io.duplex.internal.handshake.ResponseVerdict;
import io.duplex.internal.handshake.ServerHandshake;
import io.duplex.internal.handshake.Upgrade;
import io.duplex.internal.protocol.Role;
import io.duplex.internal.session.OpenSessions;
import io.duplex.internal.session.Session;
import io.duplex.noninterference.Profile.Style;
import io.duplex.noninterference.Transcript.Tag;
import io.duplex.server.Endpoint;
import io.duplex.server.Endpoints;
import io.duplex.testkit.RawSocket;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Makes the layer of a conversation: a session, or a connection that begins with the opening handshake. */
final class Opening {
    /** What a server has to answer to the key of each client here. */
    static final String ACCEPT = RawSocket.accept(RawSocket.KEY);

    private static final ServerHandshake HANDSHAKE = Endpoints.handshake(routes());

    private Opening() {}

    private static EndpointRoutes routes() {
        EndpointRoutes.Builder routes = EndpointRoutes.builder();
        for (int provider = -1; provider < Compression.providers(); provider++) {
            Endpoint.Builder endpoint = Endpoint.builder().handler(new WebSocketHandler() {});
            if (provider >= 0) {
                endpoint.extensions(List.of(Compression.provider(provider)));
            }
            routes.add(PathPattern.of(path(provider)), Endpoints.config(endpoint.build()));
        }
        return routes.build();
    }

    /** Where a server offers this provider; none if it is negative. */
    static String path(int provider) {
        return provider < 0 ? "/chat" : "/chat/" + provider;
    }

    static ByteLayer layer(Line line, Actor actor) {
        Profile profile = line.conversation().profile();
        if (!profile.handshake()) {
            List<Extension> extensions = profile.compression() < 0
                    ? List.of()
                    : List.of(Compression.agreed(profile.role(), profile.compression()));
            return session(line, actor, OpenSessions.REQUEST, OpenSessions.RESPONSE, extensions, line);
        }
        return profile.role() == Role.SERVER
                ? ServerConnection.serving(new Server(line, actor))
                : new ClientConnection(clientHandshake(profile), profile.options(), new Client(line, actor));
    }

    private static Session session(Line line, Actor actor, RequestHead request, ResponseHead response,
            List<Extension> extensions, LayerHost host) {
        Profile profile = line.conversation().profile();
        Optional<Inbox> inbox = profile.style() == Style.INBOX ? Optional.of(new Inbox()) : Optional.empty();
        return OpenSessions.open(profile.role(), profile.options(), request, response, extensions, actor,
                inbox, profile.style() == Style.EXECUTOR ? Optional.of(line::later) : Optional.empty(), actor,
                host, line.conversation().seed());
    }

    private static ClientHandshake clientHandshake(Profile profile) {
        ClientRequest.Builder request = ClientRequest.builder(URI.create("ws://server/chat"));
        if (profile.compression() >= 0) {
            int provider = Compression.variants(Role.CLIENT).get(profile.compression()).provider();
            request.extensions(List.of(Compression.provider(provider)));
        }
        try {
            return ClientHandshake.of(ClientRequests.handshake(request.build()), RawSocket.KEY);
        } catch (HandshakeException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** A server whose one connection this is. */
    private record Server(Line line, Actor actor) implements ServerConnection.Environment {
        private Transcript log() {
            return line.log();
        }

        @Override
        public ServerHandshake handshake() {
            return HANDSHAKE;
        }

        @Override
        public HttpHandler http() {
            return request -> {
                log().add(Tag.HANDSHAKE, shown(request));
                return CompletableFuture.completedStage(
                        HttpResponse.of(200).body("page for " + request.target(), "text/plain"));
            };
        }

        private static String shown(HttpRequest request) {
            return request.method() + " " + request.target() + " " + request.headers();
        }

        @Override
        public HeadLimits headLimits() {
            return HeadLimits.DEFAULT;
        }

        @Override
        public Timeouts timeouts() {
            return line.conversation().profile().options().timeouts();
        }

        @Override
        public Limits limits() {
            return line.conversation().profile().options().limits();
        }

        @Override
        public Session open(Upgrade upgrade, LayerHost host) {
            return session(line, actor, upgrade.request(), upgrade.response(), upgrade.extensions(), host);
        }

        @Override
        public int maxBodyBytes() {
            return 1 << 10;
        }

        @Override
        public void refused(Refusal refusal) {
            log().add(Tag.HANDSHAKE, refusal.status(), 0);
        }

        @Override
        public void failed(Throwable thrown) {
            log().add(Tag.HANDSHAKE, thrown.toString());
        }

        @Override
        public void gone(ServerConnection connection) {
            log().add(Tag.HANDSHAKE, "gone");
        }
    }

    /** An application that asked for one connection. */
    private record Client(Line line, Actor actor) implements ClientConnection.Opener {
        @Override
        public Session open(ClientHandshake handshake, ResponseHead response,
                ResponseVerdict.Accepted accepted,
                LayerHost host) {
            return session(line, actor, handshake.head(), response, accepted.extensions(), host);
        }

        @Override
        public void opened(Session session) {
            line.log().add(Tag.HANDSHAKE, "opened");
        }

        @Override
        public void redirected(HandshakeRequest next) {
            line.log().add(Tag.HANDSHAKE, "redirected to " + next.uri());
        }

        @Override
        public void failed(IOException cause) {
            line.log().add(Tag.HANDSHAKE, cause.toString());
        }
    }
}
