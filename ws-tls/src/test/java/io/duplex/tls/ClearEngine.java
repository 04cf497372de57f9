package io.duplex.tls;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * An engine whose records are in clear, and which does what a test says: for the classes around an engine,
 * one at a time.
 */
class ClearEngine extends ForwardingEngine {
    /** Of the engine's own records, such as the answer to a KeyUpdate, one leaves with each wrap. */
    int ownRecords;
    /** Data is not taken before the peer has said something, as in a renegotiation. */
    boolean waitsForPeer;
    /** The peer has closed both directions. */
    boolean closedByPeer;
    /** Room for a record that the engine insists on, whatever its session says. */
    int wantedRoom;
    /** The most data that it takes for one record. */
    int mostBytes = 1 << 14;
    /** Thrown by the next wrap. */
    SSLException toThrow;
    /** Runs at the beginning of each wrap, as another thread might at this moment. */
    Runnable onWrap = () -> {};
    private boolean closing;
    private boolean closed;

    ClearEngine() {
        super(any());
    }

    private static SSLEngine any() {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            return engine;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A record, as wrap makes it. */
    static byte[] record(int type, String text) {
        ByteBuffer record = ByteBuffer.allocate(RecordHeader.BYTES + text.length());
        record.put((byte) type).putShort((short) 0x303).putShort((short) text.length());
        text.chars().forEach(c -> record.put((byte) c));
        return record.array();
    }

    /** The fragments of records of data in these bytes, with the types of others in brackets. */
    static String read(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer at = ByteBuffer.wrap(bytes); at.hasRemaining();) {
            int type = at.get();
            at.getShort();
            byte[] fragment = new byte[at.getShort()];
            at.get(fragment);
            text.append(type == 23 ? new String(fragment) : "[" + type + "]");
        }
        return text.toString();
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst)
            throws SSLException {
        onWrap.run();
        if (toThrow != null) {
            SSLException thrown = toThrow;
            toThrow = null;
            throw thrown;
        }
        int remaining = 0;
        for (int i = offset; i < offset + length; i++) {
            remaining += srcs[i].remaining();
        }
        if (ownRecords > 0) {
            ownRecords--;
            return put(dst, 22, new byte[4], 0);
        }
        if (closing || closedByPeer) {
            boolean alert = closing && !closed && !closedByPeer;
            closed = true;
            return alert
                    ? put(dst, 21, new byte[2], 0)
                    : new SSLEngineResult(Status.CLOSED, getHandshakeStatus(), 0, 0);
        }
        if (waitsForPeer || remaining == 0) {
            return new SSLEngineResult(Status.OK, getHandshakeStatus(), 0, 0);
        }
        byte[] fragment = new byte[Math.min(remaining, mostBytes)];
        if (dst.remaining() < Math.max(wantedRoom, RecordHeader.BYTES + fragment.length)) {
            return new SSLEngineResult(Status.BUFFER_OVERFLOW, getHandshakeStatus(), 0, 0);
        }
        int filled = 0;
        for (int i = offset; filled < fragment.length; i++) {
            int count = Math.min(srcs[i].remaining(), fragment.length - filled);
            srcs[i].get(fragment, filled, count);
            filled += count;
        }
        return put(dst, 23, fragment, fragment.length);
    }

    private SSLEngineResult put(ByteBuffer dst, int type, byte[] fragment, int consumed) {
        dst.put((byte) type).putShort((short) 0x303).putShort((short) fragment.length).put(fragment);
        return new SSLEngineResult(type == 21 ? Status.CLOSED : Status.OK, getHandshakeStatus(), consumed,
                RecordHeader.BYTES + fragment.length);
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer src, ByteBuffer[] dsts, int offset, int length)
            throws SSLException {
        int type = src.get();
        src.getShort();
        byte[] fragment = new byte[src.getShort()];
        if (dsts[offset].remaining() < Math.max(wantedRoom, fragment.length)) {
            src.position(src.position() - RecordHeader.BYTES);
            return new SSLEngineResult(Status.BUFFER_OVERFLOW, getHandshakeStatus(), 0, 0);
        }
        src.get(fragment);
        switch (type) {
            case 21 -> closedByPeer = true;
            case 22 -> ownRecords++;
            default -> dsts[offset].put(fragment);
        }
        return new SSLEngineResult(type == 21 ? Status.CLOSED : Status.OK, getHandshakeStatus(),
                RecordHeader.BYTES + fragment.length, type == 23 ? fragment.length : 0);
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        if (ownRecords > 0) {
            return HandshakeStatus.NEED_WRAP;
        }
        return waitsForPeer ? HandshakeStatus.NEED_UNWRAP : HandshakeStatus.NOT_HANDSHAKING;
    }

    @Override
    public void closeOutbound() {
        closing = true;
    }

    @Override
    public boolean isOutboundDone() {
        return closed;
    }
}
