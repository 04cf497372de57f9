package io.duplex.internal.session;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.extension.Extension;
import io.duplex.internal.handshake.HandshakeHeads;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the opening handshake has settled about a connection.
 *
 * @param attachments those that it begins with
 * @param listener told of each message
 * @param traffic told of messages in bunches
 * @param offloader where its callbacks run; on the transport's thread if empty
 * @param memory what its messages may hold, together with those of other connections
 */
public record Facts(long id, Role role, HandshakeHeads heads, Optional<String> subprotocol,
        List<Extension> extensions, Map<String, String> pathParameters, Map<String, Object> attachments,
        ConnectionOptions options, ConnectionListener listener, Traffic traffic,
        Optional<Offloader> offloader, MemoryBudget memory) {
    /** As above, from the two heads as they were. */
    public Facts(long id, Role role, RequestHead request, ResponseHead response, Optional<String> subprotocol,
            List<Extension> extensions, Map<String, String> pathParameters, Map<String, Object> attachments,
            ConnectionOptions options, ConnectionListener listener, Traffic traffic,
            Optional<Offloader> offloader, MemoryBudget memory) {
        this(id, role, HandshakeHeads.of(request, response), subprotocol, extensions, pathParameters,
                attachments, options, listener, traffic, offloader, memory);
    }

    /** A connection whose memory is not bounded together with that of others. */
    public Facts(long id, Role role, RequestHead request, ResponseHead response, Optional<String> subprotocol,
            List<Extension> extensions, Map<String, String> pathParameters, Map<String, Object> attachments,
            ConnectionOptions options, ConnectionListener listener, Traffic traffic,
            Optional<Offloader> offloader) {
        this(id, role, request, response, subprotocol, extensions, pathParameters, attachments, options,
                listener, traffic, offloader, MemoryBudget.UNLIMITED);
    }

    /** A connection whose callbacks run on the transport's thread, and whose messages are not counted. */
    public Facts(long id, Role role, RequestHead request, ResponseHead response, Optional<String> subprotocol,
            List<Extension> extensions, Map<String, String> pathParameters, Map<String, Object> attachments,
            ConnectionOptions options, ConnectionListener listener) {
        this(id, role, request, response, subprotocol, extensions, pathParameters, attachments, options,
                listener, Traffic.UNCOUNTED, Optional.empty());
    }
}
