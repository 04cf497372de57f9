package io.duplex.testkit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;

/**
 * One endpoint of a real TCP connection that does what no correct peer would: it writes any bytes, split
 * anywhere, and reports exactly how the peer closed. Everything blocks, at most {@link #READ_TIMEOUT_MILLIS}.
 * Something may stand between the bytes and TCP, such as TLS: then an end is one of both, and a reset is one
 * of TCP, without a word of what is above it. For one thread that reads and one that writes.
 */
public final class RawSocket implements AutoCloseable {
    /** The bound of every read. */
    public static final int READ_TIMEOUT_MILLIS = 20_000;
    /** The key of the example in RFC 6455 section 1.3. */
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /** The way in which the peer ended the connection. */
    public enum End {
        /** With a FIN. */
        FIN,
        /** With a RST. */
        RESET
    }

    private final Socket socket;
    /** TCP itself: the same, unless something stands above it. */
    private final Socket tcp;
    private final InputStream in;
    private final OutputStream out;

    /**
     * Uses a connected socket.
     *
     * @param socket the socket
     * @throws IOException if it is not connected
     */
    public RawSocket(Socket socket) throws IOException {
        this(socket, socket);
    }

    /**
     * Takes a socket over that was put on another one.
     *
     * @param socket where the bytes go in and out; closes the other one with itself
     * @param tcp    the connected socket below
     * @throws IOException if it is not connected
     */
    public RawSocket(Socket socket, Socket tcp) throws IOException {
        this.socket = socket;
        this.tcp = tcp;
        tcp.setSoTimeout(READ_TIMEOUT_MILLIS);
        tcp.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /**
     * Connects.
     *
     * @param address where to
     * @return the connected socket
     * @throws IOException if that fails
     */
    public static RawSocket connect(SocketAddress address) throws IOException {
        return connect(address, OptionalInt.empty(), AboveTcp.NOTHING);
    }

    /**
     * Connects, perhaps with a receive buffer that soon is full: a kernel that acknowledges little.
     *
     * @param address            where to
     * @param receiveBufferBytes SO_RCVBUF, to be set before the window is agreed on
     * @param above              what is put on the connected socket
     * @return the connected socket
     * @throws IOException if that fails
     */
    public static RawSocket connect(SocketAddress address, OptionalInt receiveBufferBytes, AboveTcp above)
            throws IOException {
        Socket tcp = new Socket();
        if (receiveBufferBytes.isPresent()) {
            tcp.setReceiveBufferSize(receiveBufferBytes.getAsInt());
        }
        tcp.connect(address, READ_TIMEOUT_MILLIS);
        return new RawSocket(above.on(tcp), tcp);
    }

    // ---- handshake ----------------------------------------------------------------------------------------

    /**
     * A client's opening handshake.
     *
     * @param path   the request target
     * @param fields further field lines, such as {@code Origin: http://a}
     * @return the request's bytes
     */
    public static byte[] request(String path, String... fields) {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + KEY
                + "\r\nSec-WebSocket-Version: 13\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Performs a client's handshake, which must succeed.
     *
     * @param path   the request target
     * @param fields further field lines
     * @return this
     * @throws IOException if reading or writing fails
     */
    public RawSocket handshake(String path, String... fields) throws IOException {
        write(request(path, fields));
        RawHead head = readHead();
        if (head.status() != 101) {
            throw new AssertionError("the handshake was refused: " + head);
        }
        return this;
    }

    /**
     * Performs a server's handshake: reads the request and accepts it.
     *
     * @param fields further field lines of the response
     * @return the request
     * @throws IOException if reading or writing fails
     */
    public RawHead acceptHandshake(String... fields) throws IOException {
        RawHead request = readHead();
        write(acceptance(request, fields));
        return request;
    }

    /**
     * The response that accepts a handshake.
     *
     * @param request the request
     * @param fields  further field lines
     * @return the response's bytes
     */
    public static byte[] acceptance(RawHead request, String... fields) {
        String accept = accept(request.field("Sec-WebSocket-Key").orElseThrow());
        StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Returns a server's answer to a key (RFC 6455 section 4.2.2).
     *
     * @param key the key as sent
     * @return the value of {@code Sec-WebSocket-Accept}
     */
    public static String accept(String key) {
        try {
            byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                    .getBytes(StandardCharsets.ISO_8859_1);
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- writing ------------------------------------------------------------------------------------------

    /**
     * Writes bytes, those of one call in one system call.
     *
     * @param pieces the bytes, written as one
     * @throws IOException if that fails
     */
    public void write(byte[]... pieces) throws IOException {
        out.write(pieces.length == 1 ? pieces[0] : Frames.join(pieces));
        out.flush();
    }

    /**
     * Writes frames as one piece.
     *
     * @param frames the frames
     * @throws IOException if that fails
     */
    public void write(Frames... frames) throws IOException {
        byte[][] pieces = new byte[frames.length][];
        for (int i = 0; i < frames.length; i++) {
            pieces[i] = frames[i].bytes();
        }
        write(Frames.join(pieces));
    }

    /**
     * Writes bytes in pieces, each in a system call of its own. The network may join them again.
     *
     * @param bytes      the bytes
     * @param pieceBytes the size of a piece
     * @throws IOException if that fails
     */
    public void writeCut(byte[] bytes, int pieceBytes) throws IOException {
        for (int from = 0; from < bytes.length; from += pieceBytes) {
            out.write(bytes, from, Math.min(pieceBytes, bytes.length - from));
            out.flush();
        }
    }

    /**
     * Returns the output stream, for a {@link Flood}.
     *
     * @return the socket's stream
     */
    public OutputStream out() {
        return out;
    }

    // ---- reading ------------------------------------------------------------------------------------------

    /**
     * Reads an HTTP head; bytes after it stay unread.
     *
     * @return the head
     * @throws IOException if that fails
     */
    public RawHead readHead() throws IOException {
        return RawHead.read(in);
    }

    /**
     * Reads the body after a head.
     *
     * @param head the head
     * @return the body
     * @throws IOException if that fails
     */
    public String readBody(RawHead head) throws IOException {
        return head.body(in);
    }

    /**
     * Reads a frame.
     *
     * @return the frame
     * @throws IOException if that fails, or the stream ends
     */
    public RawFrame readFrame() throws IOException {
        return RawFrame.read(in);
    }

    /**
     * Reads a Close frame, after any other frames.
     *
     * @return the frame
     * @throws IOException if that fails, or the stream ends
     */
    public RawFrame readToClose() throws IOException {
        for (;;) {
            RawFrame frame = readFrame();
            if (frame.isClose()) {
                return frame;
            }
        }
    }

    /**
     * Reads available bytes, and waits if there are none.
     *
     * @param into where to
     * @return how many bytes
     * @throws IOException if that fails, or the stream ends
     */
    public int readSome(byte[] into) throws IOException {
        int count = in.read(into);
        if (count < 0) {
            throw new EOFException("the other end has ended");
        }
        return count;
    }

    /**
     * Reads to the end, which must be a FIN.
     *
     * @return how many bytes
     * @throws IOException if the other end resets
     */
    public long countToEnd() throws IOException {
        long count = in.transferTo(OutputStream.nullOutputStream());
        awaitFin();
        return count;
    }

    /** After the end of the layer above TCP. */
    private void awaitFin() throws IOException {
        if (tcp != socket) {
            tcp.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }

    /**
     * Reads to the end and discards the bytes.
     *
     * @return how the other end ended
     * @throws IOException if it did not within {@link #READ_TIMEOUT_MILLIS}
     */
    public End readToEnd() throws IOException {
        try {
            byte[] rest = new byte[64 << 10];
            while (in.read(rest) >= 0) {
                // Only the end counts.
            }
            awaitFin();
            return End.FIN;
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException("the other end neither closed nor reset");
        } catch (IOException e) {
            if (isReset(e)) {
                return End.RESET;
            }
            throw e;
        }
    }

    /** TLS wraps the exception of TCP in its own. */
    private static boolean isReset(IOException thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof SocketException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads the remaining frames.
     *
     * @return all frames up to the end
     * @throws IOException if the other end resets, or ends inside a frame
     */
    public List<RawFrame> readFramesToEnd() throws IOException {
        List<RawFrame> frames = new ArrayList<>();
        for (;;) {
            in.mark(1);
            if (in.read() < 0) {
                awaitFin();
                return frames;
            }
            in.reset();
            frames.add(readFrame());
        }
    }

    // ---- ending -------------------------------------------------------------------------------------------

    /**
     * Sends FIN; reading continues.
     *
     * @throws IOException if that fails
     */
    public void halfClose() throws IOException {
        socket.shutdownOutput();
        if (!tcp.isOutputShutdown()) {
            tcp.shutdownOutput();
        }
    }

    /**
     * Sends RST.
     *
     * @throws IOException if that fails
     */
    public void reset() throws IOException {
        tcp.setSoLinger(true, 0);
        tcp.close();
    }

    /**
     * The socket itself, for its options and addresses.
     *
     * @return the socket
     */
    public Socket socket() {
        return tcp;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
