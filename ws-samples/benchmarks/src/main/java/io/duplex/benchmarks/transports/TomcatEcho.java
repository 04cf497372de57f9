package io.duplex.benchmarks.transports;

import jakarta.servlet.ServletContext;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

/**
 * Embedded Tomcat with endpoints of Jakarta WebSocket and the blocking remote, as in its own examples. Each
 * session holds a buffer for its largest message, so that is smaller here.
 */
final class TomcatEcho implements EchoServer {
    static final int LARGEST_MESSAGE_BYTES = 64 << 10;

    private final Tomcat tomcat = new Tomcat();
    private final Path folder;

    TomcatEcho() throws IOException {
        folder = Files.createTempDirectory("tomcat");
        tomcat.setBaseDir(folder.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("acceptCount", Integer.toString(RawSelectorEcho.BACKLOG));
        Context context = tomcat.addContext("", folder.toString());
        Tomcat.addServlet(context, "default", new DefaultServlet());
        context.addServletMappingDecoded("/", "default");
        context.addServletContainerInitializer(new WsSci(), null);
        context.addServletContainerInitializer((classes, servlets) -> configure(servlets), null);
        try {
            tomcat.start();
        } catch (LifecycleException e) {
            throw new IOException("Tomcat did not start", e);
        }
    }

    private static void configure(ServletContext servlets) {
        ServerContainer container =
                (ServerContainer) servlets.getAttribute("jakarta.websocket.server.ServerContainer");
        container.setDefaultMaxBinaryMessageBufferSize(LARGEST_MESSAGE_BYTES);
        try {
            container.addEndpoint(ServerEndpointConfig.Builder.create(Echo.class, Wire.ECHO).build());
            container.addEndpoint(ServerEndpointConfig.Builder.create(FanOut.class, Wire.BROADCAST).build());
        } catch (DeploymentException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void close() throws IOException {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IOException(e);
        }
    }

    private static void send(Session session, ByteBuffer payload) {
        try {
            session.getBasicRemote().sendBinary(payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One connection. Public, because Tomcat creates it. */
    public static final class Echo extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(ByteBuffer.class,
                    (MessageHandler.Whole<ByteBuffer>) payload -> send(session, payload));
        }
    }

    /** One connection. Public, because Tomcat creates it. */
    public static final class FanOut extends Endpoint {
        private static final Set<Session> MEMBERS = ConcurrentHashMap.newKeySet();

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            MEMBERS.add(session);
            session.addMessageHandler(ByteBuffer.class, (MessageHandler.Whole<ByteBuffer>) payload -> MEMBERS
                    .forEach(member -> send(member, payload.duplicate())));
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            MEMBERS.remove(session);
        }
    }
}
