package io.duplex.extension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OccupancyTest {
    private final Occupancy occupancy = new Occupancy();

    @Test
    void whoClosesAnIdleOneReleases() {
        occupancy.enter();
        assertFalse(occupancy.leave());
        assertTrue(occupancy.close());
        assertFalse(occupancy.close());
    }

    @Test
    void whoWorksReleasesIfACloseCameInBetween() {
        occupancy.enter();
        assertFalse(occupancy.close());
        assertFalse(occupancy.close());
        assertTrue(occupancy.leave());
        assertFalse(occupancy.close());
    }

    @Test
    void twoWorkersAreRefused() {
        occupancy.enter();
        var e = assertThrows(IllegalStateException.class, occupancy::enter);
        assertEquals("two calls at the same time", e.getMessage());
    }

    @Test
    void aClosedOneIsRefused() {
        occupancy.close();
        var e = assertThrows(IllegalStateException.class, occupancy::enter);
        assertEquals("the extension is closed", e.getMessage());
    }

    @Test
    void oneThatIsBeingClosedIsRefused() {
        occupancy.enter();
        occupancy.close();
        var e = assertThrows(IllegalStateException.class, occupancy::enter);
        assertEquals("the extension is closed", e.getMessage());
    }
}
