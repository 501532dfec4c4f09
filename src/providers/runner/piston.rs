//! placeholder
use super::{OpenError,RunnerConfig,Runner,Capabilities,Job,RunReport,RunError};
pub struct Piston;
impl Piston { pub async fn open(_:&RunnerConfig)->Result<Result<Piston,String>,OpenError>{Ok(Err(String::new()))} pub fn local(&self)->bool{true} }
impl Runner for Piston { fn capabilities(&self)->&Capabilities{unimplemented!()} fn run(&self,_:Job)->futures::future::BoxFuture<'static,Result<RunReport,RunError>>{unimplemented!()} }
