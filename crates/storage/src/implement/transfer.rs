//! The one implementation of [`crate::transfer::Transfer`], as a macro.

/// Implements [`crate::transfer::Transfer`] for an adapter, beside [`crate::implement_store!`].
///
/// The adapter gives the statement that begins a transaction in which everything is read as of one instant, whether each page
/// is committed for itself, and the function that makes room for blocks, as for [`crate::implement_sample_store!`].
#[macro_export]
macro_rules! implement_transfer {
    (
        $store:ty,
        $database:ty,
        begin_reading: $begin_reading:literal,
        commit_each_page: $commit_each_page:literal,
        prepare_blocks: $prepare_blocks:path $(,)?
    ) => {
        type Transaction = sqlx::Transaction<'static, $database>;

        struct Reading {
            transaction: Transaction,
        }

        struct Writing {
            store: $store,
            /// Absent only after a failed commit.
            write: Option<Write>,
        }

        fn cell_from(
            row: &Row,
            index: usize,
            kind: $crate::transfer::Kind,
        ) -> Result<$crate::transfer::Cell, sqlx::Error> {
            use sqlx::Row as _;
            use $crate::transfer::{Cell, Kind};
            let cell = match kind {
                Kind::Int => row.try_get::<Option<i64>, _>(index)?.map(Cell::Int),
                Kind::Real => row.try_get::<Option<f64>, _>(index)?.map(Cell::Real),
                Kind::Text => row.try_get::<Option<String>, _>(index)?.map(Cell::Text),
                Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(index)?.map(Cell::Bytes),
            };
            Ok(cell.unwrap_or(Cell::Null))
        }

        fn bind_cell<'a>(
            query: Query<'a>,
            cell: &'a $crate::transfer::Cell,
            kind: $crate::transfer::Kind,
        ) -> Query<'a> {
            use $crate::transfer::{Cell, Kind};
            match (cell, kind) {
                (Cell::Int(number), _) => query.bind(*number),
                (Cell::Real(number), _) => query.bind(*number),
                (Cell::Text(text), _) => query.bind(text.as_str()),
                (Cell::Bytes(bytes), _) => query.bind(bytes.as_slice()),
                (Cell::Null, Kind::Int) => query.bind(None::<i64>),
                (Cell::Null, Kind::Real) => query.bind(None::<f64>),
                (Cell::Null, Kind::Text) => query.bind(None::<&str>),
                (Cell::Null, Kind::Bytes) => query.bind(None::<&[u8]>),
            }
        }

        fn statements_of(
            table: &'static $crate::transfer::Table,
        ) -> Result<&'static $crate::transfer::Statements, sqlx::Error> {
            $crate::transfer::statements_of(table).ok_or(sqlx::Error::RowNotFound)
        }

        /// The beginnings of the blocks among rows: none, if they are of another table.
        fn beginnings(table: &$crate::transfer::Table, rows: &[$crate::transfer::TableRow]) -> Vec<i64> {
            let Some(column) = table.columns.iter().position(|column| column.name == "first_ms") else {
                return Vec::new();
            };
            let beginning = |row: &$crate::transfer::TableRow| match row.get(column) {
                Some($crate::transfer::Cell::Int(first_ms)) => Some(*first_ms),
                _ => None,
            };
            rows.iter().filter_map(beginning).collect()
        }

        #[$crate::async_trait]
        impl $crate::transfer::Transfer for $store {
            async fn read_tables(&self) -> Result<Box<dyn $crate::transfer::TableReader>, $crate::StoreError> {
                let transaction =
                    self.reader.begin_with($begin_reading).await.map_err(store_error("begin to read a store"))?;
                Ok(Box::new(Reading { transaction }))
            }

            async fn write_tables(&self) -> Result<Box<dyn $crate::transfer::TableWriter>, $crate::StoreError> {
                let write = Some(self.begin_write("begin to fill a store").await?);
                Ok(Box::new(Writing { store: self.clone(), write }))
            }
        }

        #[$crate::async_trait]
        impl $crate::transfer::TableReader for Reading {
            async fn page(
                &mut self,
                table: &'static $crate::transfer::Table,
                after: Option<&$crate::transfer::TableRow>,
                limit: u32,
            ) -> Result<Vec<$crate::transfer::TableRow>, $crate::StoreError> {
                let failed = store_error("read a table");
                let statements = statements_of(table).map_err(&failed)?;
                let text = if after.is_some() { &statements.next_page } else { &statements.first_page };
                let mut query = sqlx::query(text.as_str()).bind(i64::from(limit));
                for (cell, column) in after.into_iter().flatten().zip(table.columns).take(table.key_columns) {
                    query = bind_cell(query, cell, column.kind);
                }
                let read_row = |row: Row| {
                    let cells = table.columns.iter().enumerate();
                    cells.map(|(index, column)| cell_from(&row, index, column.kind)).collect()
                };
                query.try_map(read_row).fetch_all(&mut *self.transaction).await.map_err(&failed)
            }
        }

        #[$crate::async_trait]
        impl $crate::transfer::TableWriter for Writing {
            async fn put(
                &mut self,
                table: &'static $crate::transfer::Table,
                rows: &[$crate::transfer::TableRow],
            ) -> Result<(), $crate::StoreError> {
                let failed = self.store.write_failed("fill a table");
                let statements = statements_of(table).map_err(&failed)?;
                let write = self.write.as_mut().ok_or(sqlx::Error::WorkerCrashed).map_err(&failed)?;
                $prepare_blocks(&mut *write, &beginnings(table, rows)).await.map_err(&failed)?;
                for (text, batch) in statements.insert.batches(rows) {
                    let cells = batch.iter().flat_map(|row| row.iter().zip(table.columns));
                    let query =
                        cells.fold(sqlx::query(text), |query, (cell, column)| bind_cell(query, cell, column.kind));
                    query.execute(&mut **write).await.map_err(&failed)?;
                }
                if $commit_each_page {
                    if let Some(write) = self.write.take() {
                        write.commit().await.map_err(&failed)?;
                    }
                    self.write = Some(self.store.begin_write("fill a table").await?);
                }
                Ok(())
            }

            async fn finish(mut self: Box<Self>) -> Result<(), $crate::StoreError> {
                match self.write.take() {
                    Some(write) => write.commit().await.map_err(store_error("finish a copy")),
                    None => Err(store_error("finish a copy")(sqlx::Error::WorkerCrashed)),
                }
            }
        }
    };
}
