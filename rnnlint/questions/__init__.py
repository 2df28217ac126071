"""Questions that several rules ask of the facts, each answered once: what stands behind a layer, why a rank differs,
what a target is compared with."""
