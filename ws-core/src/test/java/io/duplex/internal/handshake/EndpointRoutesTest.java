package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.WebSocketHandler;
import io.duplex.http.HttpException;
import io.duplex.http.PathPattern;
import io.duplex.http.RequestTarget;
import io.duplex.server.Endpoint;
import io.duplex.server.Endpoints;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointRoutesTest {
    private final EndpointConfig any = Endpoints.config(Endpoint.of(new WebSocketHandler() {}));
    private final EndpointConfig room = Endpoints.config(Endpoint.of(new WebSocketHandler() {}));
    private final EndpointConfig lobby = Endpoints.config(Endpoint.of(new WebSocketHandler() {}));
    private final EndpointRoutes routes = EndpointRoutes.builder()
            .add(PathPattern.of("/*"), any)
            .add(PathPattern.of("/chat/{room}"), room)
            .add(PathPattern.of("/chat/lobby"), lobby)
            .build();

    private Optional<EndpointRoutes.Match> match(String target) throws HttpException {
        return routes.match(RequestTarget.parse(target));
    }

    @Test
    void takesTheMostSpecificPatternWhateverTheOrder() throws HttpException {
        assertSame(lobby, match("/chat/lobby?x=1").orElseThrow().endpoint());
        assertSame(room, match("/chat/kitchen").orElseThrow().endpoint());
        assertSame(any, match("/chat/kitchen/sink").orElseThrow().endpoint());
    }

    @Test
    void givesTheDecodedParameters() throws HttpException {
        assertEquals(Map.of("room", "a b"), match("/chat/a%20b").orElseThrow().parameters());
        assertEquals(Map.of(), match("/chat/lobby").orElseThrow().parameters());
    }

    @Test
    void findsNothingUnderAnotherPath() throws HttpException {
        EndpointRoutes one = EndpointRoutes.builder().add(PathPattern.of("/chat"), any).build();
        assertEquals(Optional.empty(), one.match(RequestTarget.parse("/chat/")));
        assertEquals(Optional.empty(), EndpointRoutes.builder().build().match(RequestTarget.parse("/")));
    }

    @Test
    void refusesTwoPatternsForTheSamePaths() {
        EndpointRoutes.Builder builder = EndpointRoutes.builder().add(PathPattern.of("/a/{x}"), any);
        String message = assertThrows(IllegalArgumentException.class,
                () -> builder.add(PathPattern.of("/a/{y}"), room))
                .getMessage();
        assertEquals("The endpoints at /a/{x} and /a/{y} match the same paths", message);
    }
}
