package io.github.ideal4j.backbone;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a family calls its tensors. Within a block the keys are {@code norm1, query, key, value} (or
 * {@code qkv} for all three in one), {@code proj, scale1, norm2, scale2} and {@code fc1, fc2} or
 * {@code gate, up, down} (or {@code gate_up} for the first two in one).
 *
 * @param roots prefixes under which the vision part may lie, the likeliest first
 * @param patch projection of the patches
 * @param classToken the class token; null where there is none
 * @param registers register tokens; null where there are none
 * @param positions the table; null where there is none
 * @param normBefore the norm after the embeddings; null where there is none
 * @param blocks prefixes of a block that are in circulation, with {@code %d} for its number
 * @param parts names within a block
 * @param norm the final norm
 * @param biasless parts whose bias may be missing and is then zero; {@code patch} is the projection
 * @param ignored regular expressions of tensors that a frozen backbone has no use for: heads, mask
 *     tokens, other towers
 */
record FamilyNames(
    List<String> roots,
    String patch,
    String classToken,
    String registers,
    String positions,
    String normBefore,
    List<String> blocks,
    Map<String, String> parts,
    String norm,
    Set<String> biasless,
    List<String> ignored) {}
