package io.duplex.internal.session;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.WebSocketHandler;
import io.duplex.extension.Extension;
import io.duplex.frame.MaskKeys;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.handshake.HandshakeHeads;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import io.duplex.transport.LayerHost;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Sessions for tests of other packages, with masking keys that a seed decides. */
public final class OpenSessions {
    /** The heads of a session without an opening handshake. */
    public static final RequestHead REQUEST =
            new RequestHead("GET", "/", HttpVersion.HTTP_1_1, HttpHeaders.of());
    /** The answer to {@link #REQUEST}. */
    public static final ResponseHead RESPONSE = ResponseHead.of(101, HttpHeaders.of());

    private OpenSessions() {}

    /**
     * Makes a session.
     *
     * @param role       of this endpoint
     * @param options    of the connection
     * @param request    the head of the opening handshake
     * @param response   its answer
     * @param extensions those that were agreed on
     * @param handler    gets the callbacks, unless there is an inbox
     * @param inbox      for blocking style
     * @param executor   where callbacks run
     * @param listener   of the connection
     * @param host       its transport
     * @param seed       decides the masking keys
     * @return a session that is not connected yet
     */
    public static Session open(Role role, ConnectionOptions options, RequestHead request,
            ResponseHead response, List<Extension> extensions, WebSocketHandler handler,
            Optional<Inbox> inbox, Optional<CallbackExecutor> executor, ConnectionListener listener,
            LayerHost host,
            long seed) {
        ConnectionContext context = new ConnectionContext(1, role, HandshakeHeads.of(request, response),
                null, extensions, Map.of(), Map.of(), options, listener, Traffic.UNCOUNTED,
                executor.orElse(null),
                MemoryBudget.UNLIMITED);
        return new Session(context, host, inbox.isPresent() ? inbox.get() : handler, inbox.orElse(null),
                new MaskKeys(new SplittableRandom(seed)));
    }
}
