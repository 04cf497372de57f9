/** TLS for Duplex, on the JDK's provider or Bouncy Castle's. */
module io.duplex.tls {
    requires transitive io.duplex.core;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.tls;

    exports io.duplex.tls;

    provides io.duplex.transport.TransportSecurityProvider with
            io.duplex.tls.service.PlatformTls;
}
