package io.duplex.tls;

/** Whether a server asks its clients for certificates (mutual TLS). */
public enum ClientAuthentication {
    /** Clients are not asked. */
    NONE,
    /** Clients are asked, and may have none; a certificate that is shown must be trusted. */
    WANT,
    /** A client without a trusted certificate gets no connection. */
    NEED
}
