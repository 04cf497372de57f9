package io.duplex.transport.nio;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

/**
 * The file that a Unix domain socket makes when it is bound, and that the system leaves when it is closed. It
 * is removed by the server that made it, and only while it is the same: another server may have put its own
 * in its place meanwhile.
 */
final class SocketFile {
    private final Path path;
    private final Object key;

    private SocketFile(Path path) throws IOException {
        this.path = path;
        this.key = keyOf(path);
    }

    /** The file of a socket that was bound just now; nothing for other kinds of sockets. */
    static Optional<SocketFile> of(SocketAddress bound) throws IOException {
        return bound instanceof UnixDomainSocketAddress unix && !unix.getPath().toString().isEmpty()
                ? Optional.of(new SocketFile(unix.getPath()))
                : Optional.empty();
    }

    private static Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    }

    void remove() {
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && Objects.equals(keyOf(path), key)) {
                Files.delete(path);
            }
        } catch (IOException e) {
            Log.LOGGER.warning("the socket file {} is left behind", path, e);
        }
    }

    /** Why a Unix domain socket cannot be bound there, and what to do about it. */
    static String whyNot(UnixDomainSocketAddress address, Exception failure) {
        Path path = address.getPath();
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return failure.getMessage();
        }
        if (!isOther(path)) {
            return "the file exists and is no socket";
        }
        return someoneListens(address)
                ? "another server listens there"
                : "the file was left by a server that is gone; delete it and start again";
    }

    /** A socket is neither a regular file nor a directory nor a link. */
    private static boolean isOther(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean someoneListens(UnixDomainSocketAddress address) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Its queue may be full: only a refusal shows that no server is there.
            probe.configureBlocking(false);
            probe.connect(address);
            return true;
        } catch (ConnectException refused) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
