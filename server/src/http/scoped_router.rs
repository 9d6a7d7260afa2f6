//! The one way to add a route: what it needs is part of its handler's type, and who lacks it is refused outside of everything that
//! the route does.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, Route, any_service};
use tower::{Layer, Service};

use super::State;
use super::access::entry::{Entry, enter, let_in};
use super::access::needs::{NamesNeed, Need as _, Needed};
use super::problem;

/// Routes, each with what it needs.
#[derive(Default)]
pub struct ScopedRouter(Vec<ScopedRoute>);

struct ScopedRoute {
    path: String,
    /// `None` where every method is answered.
    method: Option<Method>,
    needed: Needed,
    endpoint: MethodRouter<State>,
}

/// The methods of a route.
pub struct Methods(Vec<(Option<Method>, Needed, MethodRouter<State>)>);

/// What a handler needs.
pub fn needed_by<H, T>(_handler: &H) -> Needed
where
    H: Handler<T, State>,
    T: NamesNeed + 'static,
{
    T::Need::NEEDED
}

/// Answers `GET` (and `HEAD`).
pub fn get<H, T>(handler: H) -> Methods
where
    H: Handler<T, State>,
    T: NamesNeed + 'static,
{
    Methods(Vec::new()).get(handler)
}

/// Answers `POST`.
pub fn post<H, T>(handler: H) -> Methods
where
    H: Handler<T, State>,
    T: NamesNeed + 'static,
{
    Methods(Vec::new()).post(handler)
}

impl Methods {
    /// Answers `GET` (and `HEAD`) too.
    pub fn get<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, State>,
        T: NamesNeed + 'static,
    {
        self.on(Method::GET, MethodFilter::GET, handler)
    }

    /// Answers `POST` too.
    pub fn post<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, State>,
        T: NamesNeed + 'static,
    {
        self.on(Method::POST, MethodFilter::POST, handler)
    }

    /// Answers what another route's methods answer, too.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    fn on<H, T>(mut self, method: Method, filter: MethodFilter, handler: H) -> Self
    where
        H: Handler<T, State>,
        T: NamesNeed + 'static,
    {
        self.0.push((Some(method), needed_by(&handler), MethodRouter::new().on(filter, handler)));
        self
    }
}

impl ScopedRouter {
    /// Adds a route.
    pub fn route(mut self, path: &str, methods: Methods) -> Self {
        for (method, needed, endpoint) in methods.0 {
            self.0.push(ScopedRoute { path: path.to_owned(), method, needed, endpoint });
        }
        self
    }

    /// Adds a route that is described in the API's document.
    pub fn described(mut self, path: &str, method: Method, needed: Needed, endpoint: MethodRouter<State>) -> Self {
        self.0.push(ScopedRoute { path: path.to_owned(), method: Some(method), needed, endpoint });
        self
    }

    /// Adds files, which are there for everybody.
    pub fn open_files(mut self, paths: &[&str], files: &Router) -> Self {
        for path in paths {
            let endpoint = any_service(files.clone());
            self.0.push(ScopedRoute { path: (*path).to_owned(), method: None, needed: Needed::Nothing, endpoint });
        }
        self
    }

    /// Adds the routes of another one.
    pub fn merge(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Puts a layer around what every route does; who may not comes not so far.
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route<Infallible>> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let layered = |route: ScopedRoute| ScopedRoute { endpoint: route.endpoint.layer(layer.clone()), ..route };
        Self(self.0.into_iter().map(layered).collect())
    }

    /// The routes: method (`any` for each), path and what is needed.
    #[cfg(test)]
    pub fn table(&self) -> Vec<(String, String, Needed)> {
        let method = |route: &ScopedRoute| route.method.as_ref().map_or("any", Method::as_str).to_owned();
        self.0.iter().map(|route| (method(route), route.path.clone(), route.needed)).collect()
    }

    /// Puts the way in before every route.
    pub fn guarded(self, state: &State) -> Router<State> {
        let mut paths: BTreeMap<String, (MethodRouter<State>, bool, bool)> = BTreeMap::new();
        for ScopedRoute { path, method, needed, endpoint } in self.0 {
            let entry = Entry { state: state.clone(), needed };
            let endpoint: MethodRouter<State> = endpoint.layer(from_fn_with_state(entry, enter));
            let is_open = matches!(needed, Needed::Nothing | Needed::Protocol | Needed::Signature);
            let known = paths.remove(&path);
            let (methods, all_open, answers_all) = known.unwrap_or_else(|| (MethodRouter::new(), true, false));
            let answers_all = answers_all || method.is_none();
            // What answers every method has no other one beside it.
            let methods = if method.is_some() { methods.merge(endpoint) } else { endpoint };
            paths.insert(path, (methods, all_open && is_open, answers_all));
        }
        paths.into_iter().fold(Router::new(), |router, (path, (methods, is_open, answers_all))| {
            if answers_all {
                return router.route(&path, methods);
            }
            let needed = if is_open { Needed::Nothing } else { Needed::Unrouted };
            let state = state.clone();
            let other = move |request: Request| std::future::ready(other_method(&state, needed, &request));
            router.route(&path, methods.fallback(other))
        })
    }
}

/// The answer to a method that a route does not know, for whoever may know that there is this route.
fn other_method(state: &State, needed: Needed, request: &Request) -> Response {
    match let_in(state, needed, request.method(), request.uri().path(), request.headers()) {
        Ok(_) => problem::method_not_allowed().into_response(),
        Err(response) => response,
    }
}
