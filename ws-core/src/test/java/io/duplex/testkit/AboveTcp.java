package io.duplex.testkit;

import java.io.IOException;
import java.net.Socket;

/** Adds a layer between a raw peer's bytes and TCP, such as TLS, to a connected socket. */
@FunctionalInterface
public interface AboveTcp {
    /** Nothing: the bytes are TCP's. */
    AboveTcp NOTHING = tcp -> tcp;

    /**
     * The socket to be read and written.
     *
     * @param tcp a connected socket
     * @return a socket on it, which closes it with itself; or itself
     * @throws IOException if there is none
     */
    Socket on(Socket tcp) throws IOException;
}
