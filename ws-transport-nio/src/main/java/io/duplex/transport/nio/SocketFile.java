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
 * The file that binding a Unix domain socket creates, and that the system leaves when the socket is closed.
 * The server that created it removes it, but only if it is still the same file: another server may have
 * replaced it.
 */
final class SocketFile {
    private final Path path;
    private final Object key;

    private SocketFile(Path path) throws IOException {
        this.path = path;
        this.key = keyOf(path);
    }

    /** Returns the file of a socket that was bound just now; empty for other kinds of sockets. */
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
            Log.LOGGER.warning("the socket file {} was not removed", path, e);
        }
    }

    /** Explains why a Unix domain socket cannot be bound there, and what to do about it. */
    static String whyNot(UnixDomainSocketAddress address, Exception failure) {
        Path path = address.getPath();
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return failure.getMessage();
        }
        if (!isOther(path)) {
            return "the file exists and is not a socket";
        }
        return someoneListens(address)
                ? "another server listens there"
                : "the file was left by a server that has ended; delete it and start again";
    }

    /** A socket is not a regular file, a directory or a link. */
    private static boolean isOther(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean someoneListens(UnixDomainSocketAddress address) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Its queue may be full: only a refusal proves that no server listens.
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
