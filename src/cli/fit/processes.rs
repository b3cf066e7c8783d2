//! The processes that `mpirun` started together, as those that fit one mixture.

use anyhow::Result;
use gmmscope::mixture::{Ranks, own_images};
use gmmscope::study::FitReport;

/// The processes that fit together, for as long as this is kept.
pub struct Processes {
    #[cfg(feature = "mpi")]
    mpi: Option<(mpi::environment::Universe, message_passing::World)>,
}

impl Processes {
    /// Those that this one was started with, if it was.
    ///
    /// # Errors
    /// A number of processes that is no power of two; MPI that does not start; a program built without it.
    #[cfg(feature = "mpi")]
    pub fn join() -> Result<Self> {
        if started_together().is_none_or(|size| size == 0) {
            return Ok(Self { mpi: None });
        }
        Ok(Self { mpi: Some(message_passing::World::join()?) })
    }

    /// Those that this one was started with, if it was.
    ///
    /// # Errors
    /// Several of them: this program was built without MPI.
    #[cfg(not(feature = "mpi"))]
    pub fn join() -> Result<Self> {
        if let Some(size) = started_together().filter(|&size| size > 1) {
            anyhow::bail!(
                "{size} processes were started together, but this program was built without MPI: build it with \
                 cargo build --release --features mpi"
            );
        }
        Ok(Self {})
    }

    /// How they add up.
    #[cfg(feature = "mpi")]
    pub fn ranks(&self) -> &(dyn Ranks + Sync) {
        match &self.mpi {
            Some((_, world)) => world,
            None => &gmmscope::mixture::Alone,
        }
    }

    /// How they add up.
    #[cfg(not(feature = "mpi"))]
    pub fn ranks(&self) -> &(dyn Ranks + Sync) {
        &gmmscope::mixture::Alone
    }

    /// How many images each of them reads at every iteration, where several fitted together: they sum to S.
    pub fn images(&self, fit: &FitReport) -> Option<Vec<u32>> {
        let ranks = self.ranks();
        let own = own_images(fit.mixture.dim(), fit.assignments.len(), ranks).len() as u32;
        (!ranks.is_alone()).then(|| ranks.gather(vec![own]))
    }

    /// Whether this is the one that prints and writes.
    pub fn is_first(&self) -> bool {
        self.ranks().rank() == 0
    }
}

/// How many processes `mpirun` started, by what it left in the environment.
fn started_together() -> Option<usize> {
    let names = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS"];
    names.into_iter().find_map(|name| std::env::var(name).ok()?.parse().ok())
}

#[cfg(feature = "mpi")]
mod message_passing {
    use anyhow::{Result, bail};
    use gmmscope::mixture::Ranks;
    use mpi::Threading;
    use mpi::collective::SystemOperation;
    use mpi::environment::Universe;
    use mpi::point_to_point::send_receive_into;
    use mpi::topology::{Process, SimpleCommunicator};
    use mpi::traits::{Communicator, CommunicatorCollectives, Root};

    /// All processes. A communicator stays on one thread: each call takes the world anew.
    pub struct World {
        rank: i32,
        size: i32,
    }

    impl World {
        /// Starts MPI, for calls from one thread at a time.
        pub fn join() -> Result<(Universe, Self)> {
            let Some((universe, threading)) = mpi::initialize_with_threading(Threading::Serialized) else {
                bail!("MPI does not start: run the program by mpirun");
            };
            if threading < Threading::Serialized {
                bail!("this MPI lets only its first thread take part: use one that was built with threads");
            }
            let world = universe.world();
            let (rank, size) = (world.rank(), world.size());
            if !(size as u32).is_power_of_two() {
                bail!("{size} processes were started together: start 1, 2, 4, 8 or another power of two");
            }
            Ok((universe, Self { rank, size }))
        }
    }

    fn at(world: &SimpleCommunicator, rank: i32) -> Process<'_> {
        world.process_at_rank(rank)
    }

    impl Ranks for World {
        fn rank(&self) -> usize {
            self.rank as usize
        }

        fn size(&self) -> usize {
            self.size as usize
        }

        fn is_alone(&self) -> bool {
            false
        }

        /// Every process adds what the other half of its pair, its four, its eight has: a sum is the same for both orders.
        fn sum(&self, values: &mut [f64]) {
            let world = SimpleCommunicator::world();
            let mut other = vec![0.0; values.len()];
            let mut distance = 1;
            while distance < self.size {
                let partner = at(&world, self.rank ^ distance);
                send_receive_into(&*values, &partner, &mut other[..], &partner);
                values.iter_mut().zip(&other).for_each(|(value, other)| *value += other);
                distance *= 2;
            }
        }

        fn most(&self, values: &mut [f64]) {
            let own = values.to_vec();
            SimpleCommunicator::world().all_reduce_into(&own[..], values, SystemOperation::max());
        }

        fn gather(&self, own: Vec<u32>) -> Vec<u32> {
            let world = SimpleCommunicator::world();
            let mut all = Vec::new();
            for rank in 0..self.size {
                let mut part = if rank == self.rank { own.clone() } else { Vec::new() };
                let mut length = part.len() as u64;
                at(&world, rank).broadcast_into(&mut length);
                part.resize(length as usize, 0);
                at(&world, rank).broadcast_into(&mut part[..]);
                all.append(&mut part);
            }
            all
        }

        fn agree(&self, own: bool) -> bool {
            let mut first = u8::from(own);
            at(&SimpleCommunicator::world(), 0).broadcast_into(&mut first);
            first == 1
        }
    }
}
