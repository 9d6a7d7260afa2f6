//! Nothing acknowledged is lost and nothing is doubled, whatever fails: the disk, the database's server, the way to it, the
//! process. Faults of the disk are made by a library that is loaded into the server (`faults/shim.c`), so this is for Linux.
//!
//! Every acknowledgement stands in a ledger and is looked for by a connection of the test's own: at once, after the fault, and after a
//! restart.

mod background;
mod backup;
mod chance;
mod cluster;
mod deed;
mod disk;
mod each_write;
mod harness;
mod ledger;
mod moving_the_log;
mod postgres;
mod proxy;
mod really_full;
mod rounds;
mod second;
mod shim;
mod small_disk;
