package io.duplex.server;

import io.duplex.http.HttpHandler;
import io.duplex.internal.handshake.EndpointConfig;
import io.duplex.internal.handshake.EndpointRoutes;
import io.duplex.internal.handshake.ServerHandshake;

/** The plain values behind a server's public types, for tests of the packages below. */
@SuppressWarnings("exports")
public final class Endpoints {
    private Endpoints() {}

    public static EndpointConfig config(Endpoint endpoint) {
        return endpoint.config();
    }

    /** A handshake under any host, for GET and HEAD. */
    public static ServerHandshake handshake(EndpointRoutes routes) {
        return new ServerHandshake(routes, new ServerHandshake.Terms(HostPolicy.any()::allows,
                OriginPolicy.sameHost()::allows, target -> HttpHandler.GET_AND_HEAD, 0));
    }
}
