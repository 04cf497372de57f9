package io.duplex.testkit;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer without a protocol, for tests of hosts and of layers below it: it keeps what arrives, sends what
 * the test says and writes the calls down. For one thread.
 */
public class PlainLayer implements ByteLayer {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final List<String> calls = new ArrayList<>();
    private ByteBuffer waiting = ByteBuffer.allocate(0);
    private LayerHost host;
    private boolean wantsRead = true;
    private OutputState state = OutputState.OPEN;
    private long deadlineNanos = NEVER;

    /**
     * Sends text.
     *
     * @param text in ASCII
     */
    public void send(String text) {
        sendSilently(text);
        host.outputReady();
    }

    /**
     * Has text to send and does not say so: a mistake that a host must not make good.
     *
     * @param text in ASCII
     */
    public void sendSilently(String text) {
        byte[] more = text.getBytes(StandardCharsets.US_ASCII);
        waiting = ByteBuffer.allocate(waiting.remaining() + more.length).put(waiting).put(more).flip();
    }

    /**
     * Moves the output state.
     *
     * @param value the state
     */
    public void end(OutputState value) {
        state = value;
        host.outputReady();
    }

    /**
     * Wants to read or not, and does not say so.
     *
     * @param value the wish
     */
    public void wantsRead(boolean value) {
        wantsRead = value;
    }

    /**
     * Sets a deadline that fires once.
     *
     * @param nanos on the host's clock
     */
    public void deadline(long nanos) {
        deadlineNanos = nanos;
        host.outputReady();
    }

    /**
     * Returns the bytes that arrived.
     *
     * @return as text
     */
    public String received() {
        return received.toString(StandardCharsets.US_ASCII);
    }

    /**
     * The calls other than those that move bytes, in order.
     *
     * @return their names
     */
    public List<String> calls() {
        return calls;
    }

    @Override
    public void attach(LayerHost value, long nanoTime) {
        host = value;
        calls.add("attach");
    }

    @Override
    public void connected(long nanoTime) {
        calls.add("connected");
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        while (src.hasRemaining()) {
            received.write(src.get());
        }
    }

    @Override
    public void receiveEnd(long nanoTime) {
        calls.add("end");
    }

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        calls.add("failure " + cause.getMessage());
    }

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        int count = Math.min(dst.remaining(), waiting.remaining());
        dst.put(dst.position(), waiting, waiting.position(), count).position(dst.position() + count);
        waiting.position(waiting.position() + count);
        return waiting.hasRemaining();
    }

    @Override
    public void sent(long nanoTime) {
        // Nothing here waits for it.
    }

    @Override
    public boolean wantsRead() {
        return wantsRead;
    }

    @Override
    public OutputState outputState() {
        return state;
    }

    @Override
    public long nextDeadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void onDeadline(long nanoTime) {
        deadlineNanos = NEVER;
        calls.add("deadline");
    }

    @Override
    public void released(TcpEnd ending, long nanoTime) {
        calls.add("released " + ending);
    }
}
