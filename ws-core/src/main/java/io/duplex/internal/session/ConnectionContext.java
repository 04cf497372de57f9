package io.duplex.internal.session;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.extension.Extension;
import io.duplex.internal.handshake.HandshakeHeads;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import java.util.List;
import java.util.Map;

/**
 * The results of a connection's opening handshake, and what the connection shares with others.
 *
 * @param id the connection's number
 * @param role which endpoint this is
 * @param heads the request and the response
 * @param subprotocol the agreed one; null if none was
 * @param extensions the agreed ones, in the order of the response
 * @param pathParameters of the request's path
 * @param attachments those that it begins with
 * @param options its limits, time-outs, send queue and close mode
 * @param listener for each message
 * @param traffic counts messages, in bunches
 * @param executor where its callbacks run; null for the transport's thread
 * @param memory the budget that its messages share with those of other connections
 */
public record ConnectionContext(long id, Role role, HandshakeHeads heads, String subprotocol,
        List<Extension> extensions, Map<String, String> pathParameters, Map<String, Object> attachments,
        ConnectionOptions options, ConnectionListener listener, Traffic traffic,
        CallbackExecutor executor, MemoryBudget memory) {}
