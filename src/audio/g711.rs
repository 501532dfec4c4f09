//! G.711, the telephone's codes: µ-law (`pcmu`) and A-law (`pcma`), one byte a sample at 8 kHz.
//!
//! Written after ITU-T G.711: a sign, three bits of exponent and four of mantissa, logarithmic so that quiet sound keeps
//! its detail. µ-law works on 14 bits of magnitude with a bias of 33, A-law on 13; both are scaled to 16 bits here.

/// The bias µ-law adds before taking the exponent, in 16-bit units (33 × 4).
const MULAW_BIAS: i32 = 132;
/// The loudest magnitude µ-law can hold, in 16-bit units.
const MULAW_CLIP: i32 = 32_635;
/// A-law inverts every other bit on the wire.
const ALAW_MASK: u8 = 0x55;

/// The µ-law code of a sample.
pub fn mulaw_encode(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(MULAW_CLIP) + MULAW_BIAS;
    // The bias makes the highest set bit lie between bit 7 and bit 14.
    let exponent = (31 - magnitude.leading_zeros()).saturating_sub(7).min(7);
    let mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    !(sign | (exponent as u8) << 4 | mantissa as u8)
}

/// The sample a µ-law code stands for.
pub fn mulaw_decode(code: u8) -> i16 {
    let code = !code;
    let exponent = (code >> 4) & 7;
    let mantissa = i32::from(code & 0x0f);
    let magnitude = (((mantissa << 3) + MULAW_BIAS) << exponent) - MULAW_BIAS;
    (if code & 0x80 != 0 { -magnitude } else { magnitude }) as i16
}

/// The A-law code of a sample.
pub fn alaw_encode(sample: i16) -> u8 {
    // A set sign bit means positive; negative values are mirrored so that -1 falls into the first step below zero.
    let (sign, magnitude) = if sample >= 0 { (0x80, i32::from(sample)) } else { (0, !i32::from(sample)) };
    let exponent = (31 - (magnitude | 0xff).leading_zeros()) - 7;
    let mantissa = if exponent == 0 { magnitude >> 4 } else { magnitude >> (exponent + 3) } & 0x0f;
    (sign | (exponent as u8) << 4 | mantissa as u8) ^ ALAW_MASK
}

/// The sample an A-law code stands for.
pub fn alaw_decode(code: u8) -> i16 {
    let code = code ^ ALAW_MASK;
    let exponent = (code >> 4) & 7;
    let step = (i32::from(code & 0x0f) << 4) + 8;
    let magnitude = if exponent == 0 { step } else { (step + 0x100) << (exponent - 1) };
    (if code & 0x80 != 0 { magnitude } else { -magnitude }) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mulaw_code_survives_the_round_trip() {
        for code in 0..=255u8 {
            // 0x7f is "minus zero": it sounds like 0xff and comes back as that.
            let expected = if code == 0x7f { 0xff } else { code };
            assert_eq!(mulaw_encode(mulaw_decode(code)), expected, "code {code:#04x}");
        }
    }

    #[test]
    fn every_alaw_code_survives_the_round_trip() {
        for code in 0..=255u8 {
            assert_eq!(alaw_encode(alaw_decode(code)), code, "code {code:#04x}");
        }
    }

    #[test]
    fn known_codes_have_their_known_values() {
        for (code, value) in [(0xff, 0), (0x80, 32_124), (0x00, -32_124), (0xfe, 8), (0x7e, -8), (0xef, 132)] {
            assert_eq!(mulaw_decode(code), value, "µ-law {code:#04x}");
        }
        for (code, value) in [(0xd5, 8), (0x55, -8), (0xaa, 32_256), (0x2a, -32_256), (0xd4, 24), (0x80, 5_504)] {
            assert_eq!(alaw_decode(code), value, "A-law {code:#04x}");
        }
    }

    #[test]
    fn no_sample_is_further_off_than_its_step_allows() {
        for sample in i16::MIN..=i16::MAX {
            let magnitude = i32::from(sample).abs();
            for (name, back) in
                [("µ-law", mulaw_decode(mulaw_encode(sample))), ("A-law", alaw_decode(alaw_encode(sample)))]
            {
                let off = (i32::from(back) - i32::from(sample)).abs();
                // Half a step: 1/32 of the magnitude (plus the bias), and what clipping takes from the very loudest.
                let clipped = (magnitude - 32_124).max(0);
                assert!(off <= (magnitude + 132) / 32 + 8 + clipped, "{name} {sample} came back as {back}");
            }
        }
    }
}
