package io.duplex.session;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.extension.Extension;
import io.duplex.handshake.HandshakeHeads;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the opening handshake has settled about a connection; the attachments are those that it begins with. */
public record Facts(long id, Role role, HandshakeHeads heads,
        Optional<String> subprotocol,
        List<Extension> extensions, Map<String, String> pathParameters, Map<String, Object> attachments,
        ConnectionOptions options, ConnectionListener listener) {
    /** As above, from the two heads as they were. */
    public Facts(long id, Role role, RequestHead request, ResponseHead response, Optional<String> subprotocol,
            List<Extension> extensions, Map<String, String> pathParameters, Map<String, Object> attachments,
            ConnectionOptions options, ConnectionListener listener) {
        this(id, role, HandshakeHeads.of(request, response), subprotocol, extensions, pathParameters,
                attachments,
                options, listener);
    }
}
