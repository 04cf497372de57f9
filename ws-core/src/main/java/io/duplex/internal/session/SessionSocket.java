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
import io.duplex.frame.CloseFrame;
import io.duplex.frame.FrameHeader;
import io.duplex.frame.Opcode;
import io.duplex.frame.Utf8Text;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import io.duplex.internal.session.Outbound.Form;
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
import javax.net.ssl.SSLSession;

/**
 * The application's view of a {@link Session}: checks arguments, counts, passes on. It keeps the attachments.
 * Thread-safe.
 */
public final class SessionSocket implements WebSocket, Inbox.Intake {
    private final Session session;
    private final Output output;
    private final Facts facts;
    private final LayerHost host;
    /** Null until somebody asks for them, which most never do; made under the lock. */
    private volatile Map<String, Object> attachments;

    SessionSocket(Session session, Output output, Facts facts, LayerHost host) {
        this.session = session;
        this.output = output;
        this.facts = facts;
        this.host = host;
    }

    /** Runs a task where callbacks run, behind those that were asked for before. Receiving calls only. */
    public void behindCallbacks(Runnable task) {
        session.callbacks().behind(task);
    }

    @Override
    public long id() {
        return facts.id();
    }

    @Override
    public ReadyState readyState() {
        return output.readyState();
    }

    @Override
    public SendStatus send(String text) {
        Objects.requireNonNull(text, "text");
        return checked(output.outbound()
                .message(Opcode.TEXT, Form.OWNED, ByteBuffer.wrap(Utf8Text.encode(text)),
                        Optional.empty()));
    }

    @Override
    public SendStatus send(byte[] payload) {
        Objects.requireNonNull(payload, "payload");
        return send(ByteBuffer.wrap(payload));
    }

    @Override
    public SendStatus send(ByteBuffer payload) {
        Objects.requireNonNull(payload, "payload");
        return checked(output.outbound().message(Opcode.BINARY, Form.LENT, payload, Optional.empty()));
    }

    @Override
    public SendStatus send(PreparedMessage message) {
        Objects.requireNonNull(message, "message");
        return checked(send(message, facts.options().sendQueue().overflow()));
    }

    /**
     * In blocking style a loop that only sends must not go on for ever: nothing calls it back when the
     * connection is over.
     */
    private SendStatus checked(SendStatus status) {
        if (status == SendStatus.CLOSED && session.inbox().isPresent()) {
            throw new ConnectionClosedException(
                    "the message was not sent, because the connection is not open",
                    session.inbox().get().closeInfo());
        }
        return status;
    }

    @Override
    public SendStatus trySend(PreparedMessage message) {
        Objects.requireNonNull(message, "message");
        OverflowPolicy policy = facts.options().sendQueue().overflow();
        return send(message, policy == OverflowPolicy.CLOSE ? policy : OverflowPolicy.DROP);
    }

    private SendStatus send(PreparedMessage message, OverflowPolicy policy) {
        boolean masked = facts.role() == Role.CLIENT;
        ByteBuffer bytes = masked ? message.payload() : message.frame();
        Opcode opcode = message.isText() ? Opcode.TEXT : Opcode.BINARY;
        return output.outbound()
                .message(opcode, masked ? Form.LENT : Form.FRAME, bytes, Optional.empty(),
                        policy);
    }

    @Override
    public CompletableFuture<Void> sendAsync(Message message) {
        Objects.requireNonNull(message, "message");
        CompletableFuture<Void> completion = new CompletableFuture<>();
        try {
            SendStatus status = switch (message) {
                case Message.Text text ->
                    sendWith(completion, Opcode.TEXT, Form.OWNED, Utf8Text.encode(text.text()));
                case Message.Binary binary -> sendWith(completion, Opcode.BINARY, Form.LENT, binary.bytes());
            };
            if (status == SendStatus.CLOSED || status == SendStatus.DROPPED) {
                completion
                        .completeExceptionally(new NotSentException("the message was not taken: " + status));
            }
        } catch (SendQueueFullException full) {
            completion.completeExceptionally(full);
        }
        output.uncork();
        return completion;
    }

    private SendStatus sendWith(CompletableFuture<Void> completion, Opcode opcode, Form form,
            byte[] payload) {
        return output.outbound().message(opcode, form, ByteBuffer.wrap(payload), Optional.of(completion));
    }

    @Override
    public SendStatus sendPart(String part, boolean last) {
        Objects.requireNonNull(part, "part");
        return sendPart(Opcode.TEXT, ByteBuffer.wrap(Utf8Text.encode(part)), last);
    }

    @Override
    public SendStatus sendPart(ByteBuffer part, boolean last) {
        Objects.requireNonNull(part, "part");
        return sendPart(Opcode.BINARY, part, last);
    }

    private SendStatus sendPart(Opcode opcode, ByteBuffer part, boolean last) {
        return checked(output.outbound().part(this, opcode, part, last, false));
    }

    /** On the sender's thread: what the listener throws is not the sender's matter. */
    void tellSent(boolean text, long bytes) {
        try {
            facts.listener().sent(this, text, bytes);
        } catch (Throwable thrown) {
            session.userError(thrown);
        }
    }

    /** As {@link #tellSent}. */
    void tellOverflowed(OverflowPolicy policy) {
        try {
            facts.listener().overflowed(this, policy);
        } catch (Throwable thrown) {
            session.userError(thrown);
        }
    }

    @Override
    public OutputStream sendingStream() {
        return new SendingStream(output.outbound(), Opcode.BINARY);
    }

    @Override
    public Writer sendingWriter() {
        return new SendingWriter(new SendingStream(output.outbound(), Opcode.TEXT));
    }

    @Override
    public void flush() {
        output.uncork();
        host.flush();
    }

    @Override
    public long bufferedAmount() {
        return output.bufferedBytes();
    }

    @Override
    public CompletableFuture<Duration> ping() {
        CompletableFuture<Duration> answer = new CompletableFuture<>();
        session.sendPing(host.nanoTime(), answer);
        output.uncork();
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
        return session.inbox()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "this connection's messages go to its WebSocketHandler"));
    }

    /** In blocking style the inbox decides, or a peer could fill the memory. */
    private void requireCallbacks() {
        if (session.inbox().isPresent()) {
            throw new IllegalStateException(
                    "in blocking style the connection pauses by itself while receive() is not called");
        }
    }

    @Override
    public void pauseReading() {
        session.callbacks().demand().pause();
    }

    @Override
    public void resumeReading() {
        session.callbacks().demand().resume();
        session.callbacks().demanded();
        host.inputReady();
    }

    @Override
    public void demand(long messages) {
        requireCallbacks();
        session.callbacks().demand().add(messages);
        session.callbacks().demanded();
        host.inputReady();
    }

    @Override
    public void pause() {
        requireCallbacks();
        pauseReading();
    }

    @Override
    public void resume() {
        requireCallbacks();
        resumeReading();
    }

    @Override
    public void close() {
        close(CloseCode.NORMAL, "");
    }

    @Override
    public void close(int code, String reason) {
        close(code, reason, facts.options().closeMode());
    }

    @Override
    public void close(int code, String reason, CloseMode mode) {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(mode, "mode");
        session.beginClose(new CloseFrame(code, reason), mode);
    }

    /** Closes because this end stops. The mode RESET would not say so. */
    public void goAway(String reason) {
        CloseMode mode = facts.options().closeMode();
        close(CloseCode.GOING_AWAY, reason, mode == CloseMode.RESET ? CloseMode.HALF_CLOSE : mode);
    }

    @Override
    public CloseInfo closeAndWait(Duration timeout) throws InterruptedException {
        Objects.requireNonNull(timeout, "timeout");
        if (host.inTransportThread()) {
            throw new IllegalStateException("closeAndWait would wait for the thread that it is called on");
        }
        close();
        output.uncork();
        CompletableFuture<CloseInfo> end = session.callbacks().end(session.closeFuture());
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
        session.callbacks().dropMessages();
        output.uncork();
    }

    @Override
    public CompletableFuture<CloseInfo> closeFuture() {
        return session.closeFuture().copy();
    }

    @Override
    public Optional<String> subprotocol() {
        return facts.subprotocol();
    }

    @Override
    public List<String> extensions() {
        return facts.extensions().stream().map(Extension::agreed).map(ExtensionHeader::format).toList();
    }

    @Override
    public RequestHead request() {
        return facts.heads().request();
    }

    @Override
    public ResponseHead response() {
        return facts.heads().response();
    }

    @Override
    public Map<String, String> pathParameters() {
        return facts.pathParameters();
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
        SocketOptions all = OwnOptions.inForce(host.effectiveOptions(), facts.options());
        return session.inbox()
                .map(inbox -> all.toBuilder().receiveLowWaterBytes(inbox.lowBytes()).build())
                .orElse(all);
    }

    @Override
    public Optional<SSLSession> tlsSession() {
        return host.tlsSession();
    }

    @Override
    public Map<String, Object> attachments() {
        if (attachments == null) {
            output.locked(() -> {
                if (attachments == null) {
                    attachments = new ConcurrentHashMap<>(facts.attachments());
                }
            });
        }
        return attachments;
    }

    @Override
    public String toString() {
        return "WebSocket " + facts.id() + " " + readyState() + " " + facts.role() + " "
                + AddressText.of(remoteAddress());
    }
}
