//! What a route needs, as a type: the first argument of every handler is a [`Needs`] that names it. A handler without one is no
//! route ([`super::super::scoped_router`]), and nobody is a [`Caller`] but through one.

use std::marker::PhantomData;
use std::ops::Deref;

use access::Scope;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::{Caller, Denied};
use crate::http::State;
use crate::http::problem::Problem;

/// How a request to a route shows that it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// Nothing: it is for everybody who reaches the server.
    Nothing,
    /// This scope, by a token in the header. Reading is open unless the server is private, writing where it has no token.
    Header(Scope),
    /// This scope, by a token in the header, as soon as there is any token.
    Guarded(Scope),
    /// This scope, by a token in a field of the form; whoever sends the form needs to read.
    Field(Scope),
    /// The scope to send, by a token shown as another system's protocol does.
    Protocol,
    /// A signature over the body, by a secret of the sender.
    Signature,
    /// What no route answers: reading, or everything where the API would be written to.
    Unrouted,
}

impl Needed {
    /// As the table of routes in `docs/routes.md` has it.
    #[cfg(test)]
    pub fn words(self) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Header(scope) => format!("`{}`", scope.name()),
            Self::Guarded(scope) => format!("`{}`, once there is a token", scope.name()),
            Self::Field(scope) => format!("`{}`, in the form", scope.name()),
            Self::Protocol => "`ingest`, as its clients show it".to_owned(),
            Self::Signature => "a signature".to_owned(),
            Self::Unrouted => "`read`, or `admin` to write".to_owned(),
        }
    }
}

/// What a route needs.
pub trait Need: Send + Sync + 'static {
    /// As a value.
    const NEEDED: Needed;
}

/// A scope.
pub trait OneScope: Send + Sync + 'static {
    /// As a value.
    const SCOPE: Scope;
}

/// Nothing is needed: health, the parts of the site that stand before any token.
pub struct Nothing;
/// Reading.
pub struct Read;
/// Sending.
pub struct Ingest;
/// Reading the bytes that were sent.
pub struct Payloads;
/// Reading how the server does.
pub struct Metrics;
/// Everything.
pub struct Admin;
/// A scope that nobody is without once there is any token: what people wrote, and how the server does.
pub struct Guarded<S>(PhantomData<S>);
/// A scope whose token stands in a field of a form.
pub struct Field<S>(PhantomData<S>);
/// Sending in another system's protocol, which has its own way to show a token.
pub struct Protocol;
/// Sending what is signed.
pub struct Signature;

macro_rules! one_scope {
    ($($name:ident),*) => {$(
        impl OneScope for $name {
            const SCOPE: Scope = Scope::$name;
        }
    )*};
}
one_scope!(Read, Ingest, Payloads, Metrics, Admin);

impl<S: OneScope> Need for S {
    const NEEDED: Needed = Needed::Header(S::SCOPE);
}

impl Need for Nothing {
    const NEEDED: Needed = Needed::Nothing;
}

impl<S: OneScope> Need for Guarded<S> {
    const NEEDED: Needed = Needed::Guarded(S::SCOPE);
}

impl<S: OneScope> Need for Field<S> {
    const NEEDED: Needed = Needed::Field(S::SCOPE);
}

impl Need for Protocol {
    const NEEDED: Needed = Needed::Protocol;
}

impl Need for Signature {
    const NEEDED: Needed = Needed::Signature;
}

/// Who was let in to a route, and by what; only [`super::entry`] says so.
#[derive(Debug, Clone)]
pub struct LetIn {
    pub(super) needed: Needed,
    pub(super) caller: Caller,
}

/// The first argument of a handler: what its route needs, and who was let in.
pub struct Needs<N> {
    caller: Caller,
    need: PhantomData<fn() -> N>,
}

impl<N: Need> FromRequestParts<State> for Needs<N> {
    type Rejection = Problem;

    /// Whoever was let in by this very need; nobody else.
    async fn from_request_parts(parts: &mut Parts, _state: &State) -> Result<Self, Problem> {
        match parts.extensions.get::<LetIn>() {
            Some(LetIn { needed, caller }) if *needed == N::NEEDED => {
                Ok(Self { caller: caller.clone(), need: PhantomData })
            }
            _ => Err(Denied::Missing.into()),
        }
    }
}

impl<S: OneScope> Deref for Needs<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

/// Somebody who showed a token that allows `S`, in a form or in another system's protocol.
pub struct Authorized<S> {
    caller: Caller,
    scope: PhantomData<fn() -> S>,
}

impl<S> Deref for Authorized<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<S: OneScope> Needs<Field<S>> {
    /// Whoever showed `token` in a field of the form.
    ///
    /// # Errors
    /// [`Denied`] where it does not allow `S`.
    #[expect(clippy::unused_self, reason = "whoever calls it has shown what its route needs")]
    pub fn shown(&self, state: &State, token: &str) -> Result<Authorized<S>, Denied> {
        let caller = state.caller(Some(token))?;
        caller.may(S::SCOPE)?;
        Ok(Authorized { caller, scope: PhantomData })
    }
}

impl Needs<Protocol> {
    /// The sender, whose client shows its token in a header or as `parameter`.
    ///
    /// # Errors
    /// [`Denied`] where it may not send.
    #[expect(clippy::unused_self, reason = "whoever calls it has shown what its route needs")]
    pub fn sender(
        &self,
        state: &State,
        headers: &HeaderMap,
        parameter: Option<&str>,
    ) -> Result<Authorized<Ingest>, Denied> {
        let caller = state.sender(headers, parameter)?;
        Ok(Authorized { caller, scope: PhantomData })
    }
}

/// The arguments of a handler whose first one names what its route needs.
pub trait NamesNeed {
    /// What it needs.
    type Need: Need;
}

macro_rules! names_need {
    ($($argument:ident)*) => {
        impl<Kind, N: Need, $($argument),*> NamesNeed for (Kind, Needs<N>, $($argument,)*) {
            type Need = N;
        }
    };
}
names_need!();
names_need!(A);
names_need!(A B);
names_need!(A B C);
names_need!(A B C D);
names_need!(A B C D E);
names_need!(A B C D E F);
names_need!(A B C D E F G);
