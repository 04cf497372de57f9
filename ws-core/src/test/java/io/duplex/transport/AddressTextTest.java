package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AddressTextTest {
    @Test
    void internetAddressesReadAsInUris() throws Exception {
        assertEquals("127.0.0.1:80", AddressText.of(new InetSocketAddress("127.0.0.1", 80)));
        assertEquals("[0:0:0:0:0:0:0:1]:80",
                AddressText.of(new InetSocketAddress(InetAddress.getByName("::1"), 80)));
    }

    @Test
    void namesStayNames() {
        assertEquals("example.com:443",
                AddressText.of(InetSocketAddress.createUnresolved("example.com", 443)));
    }

    @Test
    void unixDomainSocketsAreToldByTheirFiles() {
        assertEquals("unix:/run/x", AddressText.of(UnixDomainSocketAddress.of(Path.of("/run/x"))));
        assertEquals("unix:", AddressText.of(UnixDomainSocketAddress.of("")));
    }

    @Test
    void otherAddressesShowThemselves() {
        assertEquals("pipe 7", AddressText.of(new SocketAddress() {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                return "pipe 7";
            }
        }));
        assertEquals("null", AddressText.of(null));
    }
}
