package io.duplex.tls;

/** Whether a server asks its clients for certificates (mutual TLS). */
public enum ClientAuthentication {
    /** Clients are not asked for a certificate. */
    NONE,
    /** Clients are asked for a certificate and may have none; one that is sent must be trusted. */
    WANT,
    /** Clients without a trusted certificate are refused. */
    NEED
}
