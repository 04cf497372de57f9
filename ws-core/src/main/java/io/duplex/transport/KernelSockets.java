package io.duplex.transport;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.util.HashSet;
import java.util.Set;

/** The views behind {@link KernelSocket}. */
final class KernelSockets {
    private KernelSockets() {}

    record OfChannel(NetworkChannel channel) implements KernelSocket {
        @Override
        public Set<SocketOption<?>> supported() {
            return channel.supportedOptions();
        }

        @Override
        public <T> void set(SocketOption<T> option, T value) throws IOException {
            channel.setOption(option, value);
        }

        @Override
        public <T> T get(SocketOption<T> option) throws IOException {
            return channel.getOption(option);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }
    }

    private record JavaOption<T>(String name, Class<T> type) implements SocketOption<T> {}

    record OfSocket(Socket socket) implements KernelSocket {
        /** {@code Socket} has methods for this one and does not list it among its options; channels do. */
        private static final SocketOption<Boolean> OOB_INLINE =
                new JavaOption<>("SO_OOBINLINE", Boolean.class);

        @Override
        public Set<SocketOption<?>> supported() {
            Set<SocketOption<?>> options = new HashSet<>(socket.supportedOptions());
            options.add(OOB_INLINE);
            return options;
        }

        @Override
        public <T> void set(SocketOption<T> option, T value) throws IOException {
            if (option == OOB_INLINE) {
                socket.setOOBInline((Boolean) value);
            } else {
                socket.setOption(option, value);
            }
        }

        @Override
        public <T> T get(SocketOption<T> option) throws IOException {
            return option == OOB_INLINE
                    ? option.type().cast(socket.getOOBInline())
                    : socket.getOption(option);
        }

        @Override
        public boolean isOpen() {
            return !socket.isClosed();
        }
    }

    record OfServerSocket(ServerSocket socket) implements KernelSocket {
        @Override
        public Set<SocketOption<?>> supported() {
            return socket.supportedOptions();
        }

        @Override
        public <T> void set(SocketOption<T> option, T value) throws IOException {
            socket.setOption(option, value);
        }

        @Override
        public <T> T get(SocketOption<T> option) throws IOException {
            return socket.getOption(option);
        }

        @Override
        public boolean isOpen() {
            return !socket.isClosed();
        }
    }
}
