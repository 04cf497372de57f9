package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.CloseMode;
import io.duplex.ConnectionClosedException;
import io.duplex.Message;
import io.duplex.MessageStream;
import io.duplex.NotSentException;
import io.duplex.OverflowPolicy;
import io.duplex.PreparedMessage;
import io.duplex.ReadyState;
import io.duplex.SendQueueFullException;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionHeader;
import io.duplex.frame.CloseCode;
import io.duplex.frame.CloseStatus;
import io.duplex.frame.FrameHeader;
import io.duplex.frame.Opcode;
import io.duplex.frame.Utf8Text;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.blocking.SendingStream;
import io.duplex.internal.blocking.SendingWriter;
import io.duplex.internal.protocol.Role;
import io.duplex.internal.session.Sender.Form;
import io.duplex.transport.AddressText;
import io.duplex.transport.Durations;
import io.duplex.transport.LayerHost;
import io.duplex.transport.SocketOptions;
import java.io.OutputStream;
import java.io.Writer;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import javax.net.ssl.SSLSession;

/**
 * The application's view of a {@link Session}: it checks arguments and keeps the attachments. Thread-safe.
 */
public final class SessionSocket implements WebSocket {
    private static final AtomicReferenceFieldUpdater<SessionSocket, Map<String, Object>> ATTACHMENTS =
            attachmentsUpdater();

    private final Session session;
    private final ConnectionContext context;
    private final LayerHost host;
    /** Created lazily: most connections have none. */
    private volatile Map<String, Object> attachments;

    SessionSocket(Session session, ConnectionContext context, LayerHost host) {
        this.session = session;
        this.context = context;
        this.host = host;
    }

    @SuppressWarnings("unchecked")
    private static AtomicReferenceFieldUpdater<SessionSocket, Map<String, Object>> attachmentsUpdater() {
        return AtomicReferenceFieldUpdater.newUpdater(SessionSocket.class,
                (Class<Map<String, Object>>) (Class<?>) Map.class, "attachments");
    }

    /** Runs a task where callbacks run, after the callbacks before it. Receiving calls only. */
    public void afterCallbacks(Runnable task) {
        session.callbacks().after(task);
    }

    @Override
    public long id() {
        return context.id();
    }

    @Override
    public ReadyState readyState() {
        return session.readyState();
    }

    @Override
    public SendStatus send(String text) {
        Objects.requireNonNull(text, "text");
        return checked(send(Opcode.TEXT, Form.OWNED, ByteBuffer.wrap(Utf8Text.encode(text)), null));
    }

    @Override
    public SendStatus send(byte[] payload) {
        Objects.requireNonNull(payload, "payload");
        return send(ByteBuffer.wrap(payload));
    }

    @Override
    public SendStatus send(ByteBuffer payload) {
        Objects.requireNonNull(payload, "payload");
        return checked(send(Opcode.BINARY, Form.LENT, payload, null));
    }

    @Override
    public SendStatus send(PreparedMessage message) {
        Objects.requireNonNull(message, "message");
        return checked(send(message, session.overflowPolicy()));
    }

    /**
     * In blocking style a loop that only sends must not go on for ever: nothing calls it back when the
     * connection is over.
     */
    private SendStatus checked(SendStatus status) {
        if (status == SendStatus.CLOSED && session.inbox() != null) {
            throw new ConnectionClosedException(
                    "the message was not sent, because the connection is not open",
                    session.inbox().closeInfo());
        }
        return status;
    }

    @Override
    public SendStatus trySend(PreparedMessage message) {
        Objects.requireNonNull(message, "message");
        OverflowPolicy policy = session.overflowPolicy();
        return send(message, policy == OverflowPolicy.CLOSE ? policy : OverflowPolicy.DROP);
    }

    private SendStatus send(PreparedMessage message, OverflowPolicy policy) {
        boolean masked = context.role() == Role.CLIENT;
        ByteBuffer bytes = masked ? message.payload() : message.frame();
        Opcode opcode = message.isText() ? Opcode.TEXT : Opcode.BINARY;
        return session.send(opcode, masked ? Form.LENT : Form.FRAME, bytes, null, policy);
    }

    @Override
    public CompletableFuture<Void> sendAsync(Message message) {
        Objects.requireNonNull(message, "message");
        CompletableFuture<Void> completion = new CompletableFuture<>();
        try {
            SendStatus status = switch (message) {
                case Message.Text text ->
                    send(Opcode.TEXT, Form.OWNED, ByteBuffer.wrap(Utf8Text.encode(text.text())), completion);
                case Message.Binary binary ->
                    send(Opcode.BINARY, Form.LENT, ByteBuffer.wrap(binary.bytes()), completion);
            };
            if (status == SendStatus.CLOSED || status == SendStatus.DROPPED) {
                completion
                        .completeExceptionally(new NotSentException("the message was not taken: " + status));
            }
        } catch (SendQueueFullException full) {
            completion.completeExceptionally(full);
        }
        session.uncork();
        return completion;
    }

    private SendStatus send(Opcode opcode, Form form, ByteBuffer bytes, CompletableFuture<Void> completion) {
        return session.send(opcode, form, bytes, completion, session.overflowPolicy());
    }

    @Override
    public SendStatus sendPart(String part, boolean last) {
        Objects.requireNonNull(part, "part");
        ByteBuffer bytes = ByteBuffer.wrap(Utf8Text.encode(part));
        return checked(session.sendPart(this, Opcode.TEXT, bytes, last, false));
    }

    @Override
    public SendStatus sendPart(ByteBuffer part, boolean last) {
        Objects.requireNonNull(part, "part");
        return checked(session.sendPart(this, Opcode.BINARY, part, last, false));
    }

    @Override
    public OutputStream sendingStream() {
        return sendingStream(Opcode.BINARY);
    }

    @Override
    public Writer sendingWriter() {
        return new SendingWriter(sendingStream(Opcode.TEXT));
    }

    private SendingStream sendingStream(Opcode type) {
        return new SendingStream((owner, part, last) -> session.sendPart(owner, type, part, last, true));
    }

    @Override
    public void flush() {
        session.uncork();
        host.flush();
    }

    @Override
    public long bufferedAmount() {
        return session.bufferedBytes();
    }

    @Override
    public CompletableFuture<Duration> ping() {
        CompletableFuture<Duration> answer = new CompletableFuture<>();
        session.sendPing(answer);
        return answer;
    }

    @Override
    public void sendPong(ByteBuffer payload) {
        Objects.requireNonNull(payload, "payload");
        if (payload.remaining() > FrameHeader.MAX_CONTROL_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "a pong carries at most 125 bytes, not " + payload.remaining());
        }
        session.sendPong(payload);
    }

    @Override
    public Message receive() throws InterruptedException {
        return inbox().take();
    }

    @Override
    public Message receive(Duration timeout) throws InterruptedException, TimeoutException {
        Objects.requireNonNull(timeout, "timeout");
        return inbox().take(timeout);
    }

    @Override
    public MessageStream receiveStream() throws InterruptedException {
        return inbox().takeStream();
    }

    private Inbox inbox() {
        if (session.inbox() == null) {
            throw new IllegalStateException("this connection's messages go to its WebSocketHandler");
        }
        return session.inbox();
    }

    @Override
    public void demand(long messages) {
        ownDemand().add(messages);
        demanded();
    }

    @Override
    public void pause() {
        ownDemand().pause();
    }

    @Override
    public void resume() {
        ownDemand().resume();
        demanded();
    }

    /** In blocking style the inbox decides; otherwise a peer could fill the memory. */
    private Demand ownDemand() {
        if (session.inbox() != null) {
            throw new IllegalStateException(
                    "in blocking style the connection pauses by itself while receive() is not called");
        }
        return session.callbacks().demand();
    }

    private void demanded() {
        session.callbacks().demanded();
        host.inputReady();
    }

    @Override
    public void close() {
        close(CloseCode.NORMAL, "");
    }

    @Override
    public void close(int code, String reason) {
        close(code, reason, context.options().closeMode());
    }

    @Override
    public void close(int code, String reason, CloseMode mode) {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(mode, "mode");
        session.close(CloseStatus.of(code, reason), mode);
    }

    /** Closes because this endpoint stops, which the mode RESET would not report to the peer. */
    public void goAway(String reason) {
        CloseMode mode = context.options().closeMode();
        close(CloseCode.GOING_AWAY, reason, mode == CloseMode.RESET ? CloseMode.HALF_CLOSE : mode);
    }

    @Override
    public CloseInfo closeAndWait(Duration timeout) throws InterruptedException {
        Objects.requireNonNull(timeout, "timeout");
        if (host.inTransportThread()) {
            throw new IllegalStateException("closeAndWait would wait for the thread that it is called on");
        }
        close();
        session.uncork();
        CompletableFuture<CloseInfo> end = session.ended();
        try {
            return end.get(Durations.nanos(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            abort();
            return end.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the close future never fails", e);
        }
    }

    @Override
    public void abort() {
        session.abort();
    }

    @Override
    public CompletableFuture<CloseInfo> closeFuture() {
        return session.closeFuture().copy();
    }

    @Override
    public Optional<String> subprotocol() {
        return Optional.ofNullable(context.subprotocol());
    }

    @Override
    public List<String> extensions() {
        return context.extensions().stream().map(Extension::agreed).map(ExtensionHeader::format).toList();
    }

    @Override
    public RequestHead request() {
        return context.heads().request();
    }

    @Override
    public ResponseHead response() {
        return context.heads().response();
    }

    @Override
    public Map<String, String> pathParameters() {
        return context.pathParameters();
    }

    @Override
    public SocketAddress localAddress() {
        return host.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return host.remoteAddress();
    }

    @Override
    public boolean secure() {
        return host.secure();
    }

    @Override
    public SocketOptions socketOptions() {
        SocketOptions all = context.options().inForce(host.effectiveOptions());
        return session.inbox() == null
                ? all
                : all.with(SocketOptions.SO_RCVLOWAT, session.inbox().lowBytes());
    }

    @Override
    public Optional<SSLSession> tlsSession() {
        return host.tlsSession();
    }

    @Override
    public Map<String, Object> attachments() {
        if (attachments == null) {
            ATTACHMENTS.compareAndSet(this, null, new ConcurrentHashMap<>(context.attachments()));
        }
        return attachments;
    }

    @Override
    public String toString() {
        return "WebSocket " + context.id() + " " + readyState() + " " + context.role() + " "
                + AddressText.of(remoteAddress());
    }
}
