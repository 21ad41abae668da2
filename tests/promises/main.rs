//! The promises of Fareway, tried with real servers and the real program: one file per promise.

#[cfg(test)]
mod every_dialect;
#[cfg(test)]
mod p1_served_not_asked;
#[cfg(test)]
mod p2_never_a_silent_zero;
#[cfg(test)]
mod p3_exact;
#[cfg(test)]
mod p4_nothing_unrecorded;
#[cfg(test)]
mod p5_no_overshoot;
#[cfg(test)]
mod p6_untouched_bytes;
#[cfg(test)]
mod p7_no_doubt_about_secrets;
#[cfg(test)]
mod p8_cheap;
