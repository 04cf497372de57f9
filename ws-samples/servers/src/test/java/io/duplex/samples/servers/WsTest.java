package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WsTest {
    @ParameterizedTest
    @ValueSource(strings = { "", "echo", "chat", "client" })
    void helpsOnEverything(String command) {
        Run run = command.isEmpty() ? Run.of("--help") : Run.of(command, "--help");
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith(("Usage: ws " + command).strip()), run.out());
    }

    @Test
    void listsTheSamplesWithAnExampleEach() {
        Run run = Run.of();
        assertEquals(0, run.code());
        assertEquals("", run.err());
        for (String example : new String[] { "./ws echo ", "./ws chat ", "./ws client ws://" }) {
            assertTrue(run.out().contains("  " + example), run.out());
        }
    }

    @Test
    void tellsItsVersion() {
        Run run = Run.of("--version");
        assertEquals(0, run.code());
        assertTrue(run.out().matches("(?s)ws \\d+\\.\\d+\\S*\\RJava .*"), run.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sing                                 | 'sing'",
        "echo --transport pigeon              | there is no transport 'pigeon' here, but bio",
        "echo --tls gnu                       | there is no TLS provider 'gnu', but jdk and bc",
        "echo --cert c --key k                | --cert is about TLS: add --tls jdk or --tls bc",
        "echo --self-signed                   | --self-signed is about TLS",
        "echo --tls-also-clear                | --tls-also-clear is about TLS",
        "echo --tls jdk --cert c              | --cert needs --key",
        "echo --tls jdk --key k               | --key needs --cert",
        "echo --tls jdk --cert c --key k --cert d | each --cert needs a --key, but there are 2 and 1",
        "echo --tls jdk --self-signed --cert c --key k | give one of them",
        "echo --tls jdk --write-cert w --cert c --key k | --write-cert is for a self-signed",
        "echo --tls jdk --client-auth need    | --client-auth needs --cacert",
        "echo --tls jdk --client-auth maybe   | write want or need, not 'maybe'",
        "echo --tls jdk --cacert c            | add --client-auth",
        "echo --tls jdk --keystore k          | --keystore needs --key-password",
        "echo --tls jdk --key-password prompt | and there is none",
        "echo --tls jdk --key-password sesame | write file:FILE, env:NAME or prompt",
        "echo --port 65536                    | --port is 0 to 65535, not 65536",
        "echo --max-message 2g                | smaller than 2 GiB",
        "echo --max-connections 0             | --max-connections is at least 1",
        "echo --origin example.com            | --origin: The origin",
        "echo --transport loom --loops 3      | --loops is for nio; loom has",
        "echo --loops 0                       | --loops is at least 1, not 0",
        "echo --socket-option SO_NONE=1       | no socket option SO_NONE; there are SO_REUSEADDR",
        "echo --socket-option SO_RCVBUF=much  | --socket-option: SO_RCVBUF",
        "echo --close-mode never              | is no close mode: background, reset, half-close",
        "client ws://127.0.0.1/ --close-mode linger:0s | --close-mode:",
        "echo --nonsense                      | '--nonsense'",
        "client                               | 'URL'",
        "client http://127.0.0.1/             | use ws instead",
        "client ws://127.0.0.1/ --insecure    | --insecure is about TLS: use it with a URL that begins "
                + "with wss:",
        "client ws://127.0.0.1/ --tls bc      | --tls is about TLS",
        "client ws://127.0.0.1/ --cacert c    | --cacert is about TLS",
        "client wss://127.0.0.1/ --pin sha1/x | --pin: expected a pin as sha256/ and the base64 of 32 bytes",
        "client wss://127.0.0.1/ --insecure --cacert c | give one of them",
        "client ws://127.0.0.1/ --proxy ftp://p:1 | --proxy: ",
        "client ws://127.0.0.1/ --proxy-user me | --proxy-user and --proxy-password belong together",
        "client ws://127.0.0.1/ --proxy-user me --proxy-password prompt | --proxy-user needs --proxy",
        "client wss://127.0.0.1/ --key k      | --key needs --cert",
        "client ws://[                        | is no URL",
        "client ws://127.0.0.1/ --header Foo  | write 'Name: value'",
        "client ws://127.0.0.1/ --header Upgrade:x | Upgrade cannot be set",
        "client ws://127.0.0.1/ --subprotocol a,b  | a,b",
        "client ws://127.0.0.1/ --origin foo  | An origin is" })
    void saysInOneLineWhatIsWrongWithACommandLine(String line, String message) {
        Run run = Run.of(line == null ? new String[0] : line.split(" +"));
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertTrue(run.err().lines().findFirst().orElse("").contains(message), run.err());
        assertEquals(2, run.err().lines().count(), run.err());
    }

    @Test
    void saysThatAnAddressIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Run run = Run.of("echo", "--port", Integer.toString(taken.getLocalPort()));
            assertEquals(1, run.code());
            assertEquals("", run.out());
            assertTrue(run.err().contains("in use") && run.err().lines().count() == 1, run.err());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "bio", "nio", "loom" })
    void saysWhichSocketOptionATransportCannotSet(String transport) {
        Run run =
                Run.of("client", "ws://127.0.0.1/", "--transport", transport, "--socket-option", "BACKLOG=8");
        assertEquals(1, run.code());
        assertEquals("ws client: socket option BACKLOG on transport " + transport
                + ": a connecting socket has no queue of connections; set it on the server",
                run.err().strip());
    }

    @Test
    void saysThatAHostIsUnknown() {
        Run run = Run.of("echo", "--host", "nowhere.invalid");
        assertEquals(1, run.code());
        assertEquals("ws echo: unknown host: nowhere.invalid", run.err().strip());
    }
}
